//! The first page of help: commands in the order in which a person needs them.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use super::Cli;

/// Headings and the commands under them.
const GROUPS: [(&str, &[&str]); 4] = [
    ("A hub", &["tour", "serve", "work", "migrate", "retry", "bench", "verify-web"]),
    ("You", &["account", "join", "inbox", "read", "save", "ack", "reply", "letters"]),
    (
        "Homework",
        &[
            "homework",
            "hand-in",
            "receipt",
            "assign",
            "submissions",
            "return",
            "remind",
            "marks",
            "due-times",
        ],
    ),
    (
        "Your audiences",
        &["audience", "post", "status", "correct", "withdraw", "thread", "approve", "archive"],
    ),
];

const EXAMPLES: &str = "\
Examples:
  kentongan serve                                    a hub on http://127.0.0.1:8080
  kentongan account new --name \"Bu Rina\"             an account on it
  kentongan audience new --class \"Kelas 7B\"          somebody to write to
  kentongan post --to \"Kelas 7B\" \"Besok libur.\"      beaten once, heard by everybody

Exit codes: 0 done, 1 refused or failed, 2 used wrongly, 130 stopped by Ctrl-C.";

/// The whole command line, its first page grouped.
pub(super) fn command() -> clap::Command {
    let command = Cli::command();
    let listed = groups(&command);
    let heading = *command.get_styles().get_header();
    command
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{listed}{heading}Everywhere:{heading:#}\n{{options}}\n\n{EXAMPLES}\n"
        ))
        .arg_required_else_help(true)
}

fn groups(command: &clap::Command) -> String {
    let mut text = String::new();
    let heading = command.get_styles().get_header();
    let literal = command.get_styles().get_literal();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{heading}{title}:{heading:#}");
        for name in names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{name:<11}{literal:#} {about}");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_the_first_page_lists_every_command() {
        let command = command();
        command.clone().debug_assert();
        let listed: Vec<_> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for subcommand in command.get_subcommands() {
            assert!(
                listed.contains(&subcommand.get_name()),
                "{} is missing",
                subcommand.get_name()
            );
        }
    }

    #[test]
    fn every_command_teaches_by_example() {
        fn visit(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{path} has no example");
            assert!(help.contains("kentongan"), "{path} shows no command");
            command.get_subcommands().for_each(|c| visit(c, &path));
        }
        command().get_subcommands().for_each(|c| visit(c, "kentongan"));
    }
}

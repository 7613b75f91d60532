//! Times, sizes and amounts as people read them.
//!
//! Invariant: an amount is said with its whole, never as a bare percentage.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A moment in the machine's own time zone; what cannot be a date is shown as its milliseconds.
pub(super) fn time(ms: u64) -> String {
    at(ms, &TimeZone::system())
}

fn at(ms: u64, zone: &TimeZone) -> String {
    written(ms, zone, "%a %-d %b %Y, %H:%M")
}

fn written(ms: u64, zone: &TimeZone, form: &str) -> String {
    let moment = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.map_or_else(
        || format!("{ms} ms"),
        |moment| moment.to_zoned(zone.clone()).strftime(form).to_string(),
    )
}

/// The milliseconds of a moment as people write it: `2026-11-29 07:00` in the machine's own time zone, or with its offset.
pub(super) fn moment(text: &str) -> Result<u64, String> {
    moment_in(text, &TimeZone::system())
}

fn moment_in(text: &str, zone: &TimeZone) -> Result<u64, String> {
    let with_offset = || text.parse::<Timestamp>().ok();
    let local = || zone.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    let moment = with_offset().or_else(local);
    let ms = moment.and_then(|moment| u64::try_from(moment.as_millisecond()).ok());
    ms.ok_or_else(|| "expected a time like \"2026-11-29 07:00\"".to_owned())
}

/// A moment as spreadsheets read it, in the machine's own time zone.
pub(super) fn stamp(ms: u64) -> String {
    written(ms, &TimeZone::system(), "%Y-%m-%d %H:%M")
}

/// A moment as calendars read it.
pub(super) fn utc(ms: u64) -> String {
    written(ms, &TimeZone::UTC, "%Y%m%dT%H%M%SZ")
}

/// The same time of day some days later, or earlier, in the machine's own time zone.
pub(super) fn days_later(ms: u64, days: i32) -> u64 {
    days_later_in(ms, days, TimeZone::system())
}

fn days_later_in(ms: u64, days: i32, zone: TimeZone) -> u64 {
    let later = || {
        let at = Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()?;
        let days = Span::new().try_days(days).ok()?;
        u64::try_from(at.to_zoned(zone).checked_add(days).ok()?.timestamp().as_millisecond()).ok()
    };
    later().unwrap_or(ms)
}

/// Bytes, to three digits.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let (mut tenths, mut unit) = (bytes.saturating_add(50) / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths.saturating_add(500) / 1000, unit + 1);
    }
    let unit = UNITS[unit];
    if tenths >= 1000 || tenths % 10 == 0 {
        format!("{} {unit}", (tenths + 5) / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// A number with its thousands apart.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `27 of 32`.
pub(super) fn of(part: u64, whole: u64) -> String {
    format!("{} of {}", number(part), number(whole))
}

/// `1 member`, `2 members`.
pub(super) fn plural(n: u64, one: &str) -> String {
    format!("{} {one}{}", number(n), if n == 1 { "" } else { "s" })
}

/// A count out of the API, which writes them signed.
pub(super) fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_a_person_would_choose() {
        let shown =
            [0, 999, 1000, 4_200, 950_000, 999_960, 52_428_800, 3_000_000_000_000].map(size);
        let expected =
            ["0 bytes", "999 bytes", "1 KB", "4.2 KB", "950 KB", "1 MB", "52.4 MB", "3 TB"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn amounts_are_said_with_their_whole() {
        assert_eq!(of(12_288, 1_000_000), "12,288 of 1,000,000");
        assert_eq!(
            (plural(1, "member"), plural(0, "member")),
            ("1 member".into(), "0 members".into())
        );
    }

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        let jakarta = TimeZone::fixed(jiff::tz::offset(7));
        let read = |text| moment_in(text, &jakarta).ok();
        assert_eq!(read("1970-01-01 07:00"), Some(0));
        assert_eq!(read("2026-11-29 07:00"), Some(1_795_910_400_000));
        assert_eq!(read("2026-11-29T07:00:30"), Some(1_795_910_430_000));
        assert_eq!(read("2026-11-29T00:00:00Z"), Some(1_795_910_400_000));
        assert_eq!(read("2026-11-29T07:00+07:00"), Some(1_795_910_400_000));
        for bad in ["", "besok", "07:00", "1969-12-31 07:00", "2026-13-01 07:00"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_year_of_weeks_later_is_the_same_weekday_and_hour() {
        let jakarta = TimeZone::fixed(jiff::tz::offset(7));
        let due = moment_in("2026-11-30 20:00", &jakarta).expect("a time");
        let next = days_later_in(due, 364, jakarta.clone());
        assert_eq!(at(next, &jakarta), "Mon 29 Nov 2027, 20:00");
        assert_eq!(days_later_in(next, -364, jakarta), due);
        assert_eq!(days_later_in(u64::MAX, 1, TimeZone::UTC), u64::MAX);
    }

    #[test]
    fn a_time_is_local_and_no_number_breaks_it() {
        assert_eq!(at(0, &TimeZone::UTC), "Thu 1 Jan 1970, 00:00");
        assert_eq!(at(u64::MAX, &TimeZone::UTC), format!("{} ms", u64::MAX));
    }
}

/** A mail server on this machine that takes every mail and sends none, for journeys that read what the hub sent. */

import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** A mail as it arrived: headers, an empty line, and the text. */
export type Mail = string;

/** The server and its mails. */
export class Postbox {
  /** What the hub is told: `smtp://127.0.0.1:PORT`. */
  readonly url: string;
  readonly #server: Server;
  readonly #mails: Mail[] = [];
  readonly #waiting: ((mail: Mail) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (socket) => void this.#serve(socket));
  }

  /** Opens one on a free port. */
  static async open(): Promise<Postbox> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Postbox(server);
  }

  /** The next mail, which may have come already. */
  next(): Promise<Mail> {
    const mail = this.#mails.shift();
    return mail === undefined ? new Promise((come) => this.#waiting.push(come)) : Promise.resolve(mail);
  }

  /** Closes it. */
  close(): void {
    this.#server.close();
  }

  /** As much of RFC 5321 as a hub speaks. */
  async #serve(socket: Socket): Promise<void> {
    const say = (line: string): boolean => socket.write(`${line}\r\n`);
    say("220 postbox");
    let mail: string[] | undefined;
    socket.on("error", () => socket.destroy());
    for await (const line of createInterface({ input: socket })) {
      if (mail === undefined) {
        if (/^DATA/i.test(line)) mail = [];
        say(/^DATA/i.test(line) ? "354 go on" : /^QUIT/i.test(line) ? "221 bye" : "250 fine");
      } else if (line === ".") {
        this.#take(decoded(mail.join("\n")));
        mail = undefined;
        say("250 taken");
      } else mail.push(line.replace(/^\.\./, "."));
    }
  }

  #take(mail: Mail): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#mails.push(mail);
    else waiting(mail);
  }
}

/** Quoted-printable undone, as far as addresses in a text need it. */
const decoded = (mail: string): string =>
  mail
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

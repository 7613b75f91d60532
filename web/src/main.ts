/** Starts the page: its language, its frame, the account of this browser, and the screen of the present address. */

import { Client, Store, thisBrowser } from "./client/index.ts";
import type { Change, OpenScreen, Screen, Visit } from "./page/context.ts";
import { h } from "./page/dom.ts";
import { content, raise, show } from "./page/frame.ts";
import { mark } from "./page/icons.ts";
import type { Family } from "./page/family.ts";
import type { Live } from "./page/live.ts";
import { keepProgram } from "./page/offline.ts";
import "./page/install.ts";
import { problem } from "./page/problem.ts";
import { type Draw, go, type Routes, start } from "./page/route.ts";
import { speak, speakInside, words } from "./page/words.ts";

/** The account of this browser, and the one that is shown: its owner's, or a child's. */
let self: Client | undefined;
let client: Client | undefined;
let family: Family | undefined;
let live: Live | undefined;
/** The live side's beginning, which every screen waits for; its code comes with the first account. */
let entering: Promise<void> = Promise.resolve();
const listeners = new Set<(change: Change) => void>();

/** Tells every screen that listens. */
function tell(change: Change): void {
  for (const listener of listeners) listener(change);
}

function enter(entered: Client): void {
  family?.end();
  live?.end();
  [self, client, family, live] = [entered, entered, undefined, undefined];
  entering = (async () => {
    const { Family } = await import("./page/family.ts");
    if (self !== entered) return;
    family = new Family(entered, shown, () =>
      go(location.pathname.startsWith("/homework") ? "/homework" : "/inbox"),
    );
    await family.begin();
  })();
}

/** Makes an account the one that is shown: one's own, or a child's. */
async function shown(next: Client): Promise<void> {
  live?.end();
  [client, live] = [next, undefined];
  const [{ Live }] = await Promise.all([import("./page/live.ts"), speakInside()]);
  if (client === next) live = new Live(next, tell);
}

function visit(left: AbortSignal): Visit {
  return {
    client,
    enter,
    left,
    acting: family?.acting,
    familyChanged: async () => family?.look(),
    now: () => Date.now(),
    go,
    changes(listener) {
      listeners.add(listener);
      left.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
  };
}

/** A screen for anybody. */
const open =
  (load: () => Promise<OpenScreen>): Draw =>
  async (parameters, left) =>
    guarded(left, async () => {
      const [screen] = await Promise.all([load(), entering]);
      await screen(visit(left), parameters);
    });

/** One of them with the words of the screens behind the door. */
const openInside = (load: () => Promise<OpenScreen>): Draw =>
  open(async () => (await Promise.all([load(), speakInside()]))[0]);

/** A screen of an account, whosever is shown; who has none is asked to begin. */
const own = (load: () => Promise<Screen>): Draw => drawn(load, async () => {});

/** A screen about one's own account; a child's page is left for it. */
const mine = (load: () => Promise<Screen>): Draw => drawn(load, async () => family?.act(undefined, false));

const drawn =
  (load: () => Promise<Screen>, before: () => Promise<void>): Draw =>
  async (parameters, left) => {
    if (client === undefined) return go("/", true);
    return guarded(left, async () => {
      const [screen] = await Promise.all([load(), entering]);
      await before();
      if (client === undefined || left.aborted) return;
      await screen({ ...visit(left), client }, parameters);
    });
  };

/** A screen that fails says so in its place; one that was left says nothing. */
async function guarded(left: AbortSignal, draw: () => Promise<void>): Promise<void> {
  try {
    await draw();
  } catch (error) {
    if (left.aborted) return;
    content(h("h1", words().common.broken.title), h("p", words().common.broken.text), problem(error));
  }
}

/** Every page of the product, in the order of docs/architecture.md. */
const routes: Routes = [
  ["/inbox", own(async () => (await import("./screens/inbox.ts")).inbox)],
  ["/search", own(async () => (await import("./screens/search.ts")).search)],
  ["/post/{id}", own(async () => (await import("./screens/post.ts")).post)],
  ["/permalink", openInside(async () => (await import("./screens/permalink.ts")).permalink)],
  ["/write", own(async () => (await import("./screens/write/write.ts")).write)],
  ["/write/{audience}", own(async () => (await import("./screens/write/write.ts")).write)],
  ["/sent/{post}", own(async () => (await import("./screens/sent/sent.ts")).sent)],
  ["/homework/{audience}/{work}/board", own(async () => (await import("./screens/teaching/board.ts")).board)],
  [
    "/homework/{audience}/{work}/check/{account}",
    own(async () => (await import("./screens/teaching/check.ts")).check),
  ],
  ["/desk", own(async () => (await import("./screens/desk.ts")).desk)],
  ["/desk/{letter}", own(async () => (await import("./screens/letter.ts")).letter)],
  ["/join", openInside(async () => (await import("./screens/join/join.ts")).join)],
  ["/audiences", own(async () => (await import("./screens/people/list.ts")).list)],
  ["/audiences/new", own(async () => (await import("./screens/people/found.ts")).found)],
  ["/audiences/{a}", own(async () => (await import("./screens/people/audience.ts")).audience)],
  ["/audiences/{a}/invite", own(async () => (await import("./screens/people/invite.ts")).invite)],
  ["/audiences/{a}/requests", own(async () => (await import("./screens/people/requests.ts")).requests)],
  ["/audiences/{a}/members", own(async () => (await import("./screens/people/members.ts")).members)],
  ["/audiences/{a}/history", own(async () => (await import("./screens/people/history.ts")).history)],
  ["/audiences/{a}/marks", own(async () => (await import("./screens/teaching/marks.ts")).marks)],
  ["/audiences/{a}/copy", own(async () => (await import("./screens/teaching/copy.ts")).copy)],
  ["/audiences/{a}/drafts", own(async () => (await import("./screens/teaching/drafts.ts")).drafts)],
  ["/", open(async () => (await import("./screens/begin/home.ts")).home)],
  ["/begin", open(async () => (await import("./screens/begin/begin.ts")).begin)],
  ["/signin", open(async () => (await import("./screens/begin/signin.ts")).signIn)],
  ["/homework", own(async () => (await import("./screens/homework/list.ts")).list)],
  ["/homework/record", own(async () => (await import("./screens/homework/record.ts")).record)],
  ["/homework/{audience}/{work}", own(async () => (await import("./screens/homework/work.ts")).work)],
  ["/me", mine(async () => (await import("./screens/me/me.ts")).me)],
  ["/me/card", mine(async () => (await import("./screens/me/card.ts")).card)],
  ["/me/child", mine(async () => (await import("./screens/me/child.ts")).child)],
  ["/me/known", mine(async () => (await import("./screens/known/known.ts")).known)],
];

const lost = open(async () => async ({ client: here }) => {
  const { title, text, home } = words().common.notFound;
  show(
    { title, ...(here === undefined ? {} : { place: "news" }) },
    h("section.empty", mark(), h("h1", title), h("p", text), h("a.btn.is-main", { href: "/" }, home)),
  );
});

await speak(document.documentElement.lang);
raise();
const account = await Client.open(await thisBrowser(), await Store.open());
if (account !== undefined) enter(account);
await start(routes, lost);
await keepProgram();

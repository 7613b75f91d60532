/** Measures in a page what a person waits for: opening a post and sealing one to 25 cohorts. */

import type { Bytes } from "../src/protocol/bytes.ts";
import { Chain, Genesis, SignedCharter } from "../src/protocol/chain.ts";
import { Charter } from "../src/protocol/charter.ts";
import { detect, identityOf, keepIdentity } from "../src/protocol/handles.ts";
import { id, none, type PostId } from "../src/protocol/ids.ts";
import { CohortSecret, ReaderKey } from "../src/protocol/keys.ts";
import { delivered, openPost, type Sealed, sealPost } from "../src/protocol/post.ts";
import { point, randomScalar } from "../src/protocol/primitives.ts";
import { IdentitySecret, Seed } from "../src/protocol/secrets.ts";
import { utf8 } from "../src/protocol/text.ts";
import { NOW_MS } from "./support.ts";

const random = (n: number): Bytes => crypto.getRandomValues(new Uint8Array(n));
const secrets = Array.from({ length: 25 }, () => CohortSecret.random(random));
const admin = IdentitySecret.random(random);
const author = identityOf(await keepIdentity(admin, await detect()));
const genesis = new Genesis(random(16), 1, [admin.public]);
const charter = new Charter({
  audience: genesis.audience(),
  revision: 0n,
  prev: id(genesis.audience()),
  host: undefined,
  replies: "desk",
  history: "from joining",
  approvals: 0,
  desk: id(random(32)),
  threshold: 1,
  staff: [{ role: "admin", ik: admin.public }],
  cohorts: secrets.map((s) => s.public()),
  notBeforeMs: NOW_MS,
  notAfterMs: NOW_MS + 1000n,
});
const charters = new Chain(genesis, new SignedCharter(charter, [[0, await charter.sign(author)]]));
const hedge = Seed.random(random);
const payload = utf8(JSON.stringify({ type: "announcement", text: "Vaksinasi ".repeat(100) }));

function seal(): Promise<Sealed> {
  const position = { chain: random(16), seq: 1n, prev: none<PostId>() };
  const draft = {
    charter,
    position,
    kind: "announcement",
    thread: none<PostId>(),
    nowMs: NOW_MS,
    payload,
  } as const;
  return sealPost(draft, author, hedge, random);
}

/** A post on its way to a member of the first cohort, and how that opens it. */
async function opening(): Promise<() => unknown> {
  const { post } = await seal();
  const [s] = secrets;
  const mine = delivered(post, 0);
  if (s === undefined || mine === undefined) throw new Error("a first cohort");
  const d = new ReaderKey(randomScalar(random));
  const slot = point(post.tbs.capsule).multiply(s.tokenFor(d).expose()).toBytes();
  const known = { hostingConsented: false, member: undefined, memory: {}, thread: undefined, approvals: [] };
  return () => openPost(mine, { ...known, charters, cohort: 0, key: { slot, d }, random });
}

/** The median of so many times, which a busy machine moves least. */
async function measured(
  what: string,
  times: number,
  once: () => unknown,
): Promise<{ name: string; ms: number }> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await once();
    taken.push(performance.now() - begun);
  }
  const median = taken.sort((a, b) => a - b)[times >> 1] ?? 0;
  return { name: `${what}, median of ${times}`, ms: Math.round(100 * median) / 100 };
}

const finished = [
  await measured("reading a charter of 25 cohorts", 20, () => Charter.parse(charter.encode())),
  await measured("sealing a post to 25 cohorts", 20, seal),
  await measured("opening a post", 200, await opening()),
];
Object.assign(globalThis, { finished });

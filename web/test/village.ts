/** A small audience of its own, with any rules, to try what the vectors do not. */

import { Chain, Genesis, SignedCharter } from "../src/protocol/chain.ts";
import { Charter, type Terms } from "../src/protocol/charter.ts";
import { id, none, type PostId } from "../src/protocol/ids.ts";
import { CohortSecret, ReaderKey } from "../src/protocol/keys.ts";
import { signMembership, type WriterProof } from "../src/protocol/membership.ts";
import {
  type Delivered,
  delivered,
  type Draft,
  type Post,
  type Reading,
  sealPost,
} from "../src/protocol/post.ts";
import { point, randomScalar } from "../src/protocol/primitives.ts";
import { ExchangeSecret, type Identity, IdentitySecret, Seed } from "../src/protocol/secrets.ts";
import { utf8 } from "../src/protocol/text.ts";
import { NOW_MS, seeded } from "./support.ts";

const random = seeded(21);

/** One admin and two publishers, one cohort, and a member in it who can show that it is one. */
export interface Village {
  readonly admin: IdentitySecret;
  readonly teacher: IdentitySecret;
  readonly head: IdentitySecret;
  readonly member: IdentitySecret;
  readonly desk: ExchangeSecret;
  readonly s: CohortSecret;
  readonly d: ReaderKey;
  readonly charters: Chain;
  readonly proof: WriterProof;
}

/** An audience with these rules, valid for a second from the clock of the tests on. */
export async function village(rules: Partial<Terms> = {}): Promise<Village> {
  const [admin, teacher, head, member] = [person(), person(), person(), person()];
  const [desk, s, d] = [
    ExchangeSecret.random(random),
    CohortSecret.random(random),
    new ReaderKey(randomScalar(random)),
  ];
  const genesis = new Genesis(random(16), 1, [admin.public]);
  const audience = genesis.audience();
  const cohort = s.public();
  const staff = [
    { role: "admin", ik: admin.public },
    { role: "publisher", ik: teacher.public },
    { role: "publisher", ik: head.public },
  ] as const;
  const charter = new Charter({
    audience,
    revision: 0n,
    prev: id(audience),
    host: undefined,
    replies: "everyone",
    history: "from joining",
    approvals: 0,
    desk: desk.public,
    threshold: 1,
    staff,
    cohorts: [cohort],
    notBeforeMs: NOW_MS,
    notAfterMs: NOW_MS + 1000n,
    ...rules,
  });
  const charters = new Chain(genesis, new SignedCharter(charter, [[0, await charter.sign(admin)]]));
  const membership = {
    audience,
    ik: member.public,
    role: "member",
    cohort,
    atMs: NOW_MS,
    issuer: admin.public,
  } as const;
  const proof = { membership, signature: await signMembership(membership, admin), byLink: undefined };
  return { admin, teacher, head, member, desk, s, d, charters, proof };
}

function person(): IdentitySecret {
  return IdentitySecret.random(random);
}

/** The next revision, with other terms. */
export async function revise({ admin, charters }: Village, changed: Partial<Terms>): Promise<Charter> {
  const before = charters.current();
  const { revision, notBeforeMs } = before.terms;
  const next = {
    ...before.terms,
    revision: revision + 1n,
    prev: before.hash,
    notBeforeMs: notBeforeMs + 100n,
    ...changed,
  };
  const charter = new Charter(next);
  charters.append(new SignedCharter(charter, [[0, await charter.sign(admin)]]));
  return charter;
}

/** The first announcement of a new client, or what `changed` makes of it. */
export async function write(
  { charters }: Village,
  author: Identity,
  changed: Partial<Draft> = {},
): Promise<Post> {
  const draft: Draft = {
    charter: charters.current(),
    position: { chain: random(16), seq: 1n, prev: none<PostId>() },
    kind: "announcement",
    thread: none<PostId>(),
    nowMs: NOW_MS,
    payload: utf8(JSON.stringify({ type: changed.kind ?? "announcement", text: "Besok libur" })),
    ...changed,
  };
  return (await sealPost(draft, author, Seed.random(random), random)).post;
}

/** What the member gets of a post, and what it knows. */
export function receive(
  { s, d, charters, proof }: Village,
  post: Post,
): { mine: Delivered; reading: Reading } {
  const mine = delivered(post, 0);
  if (mine === undefined) throw new Error("a wrap");
  const slot = point(post.tbs.capsule).multiply(s.tokenFor(d).expose()).toBytes();
  const known = { hostingConsented: false, memory: {}, thread: undefined, approvals: [] };
  return { mine, reading: { ...known, charters, member: proof, cohort: 0, key: { slot, d }, random } };
}

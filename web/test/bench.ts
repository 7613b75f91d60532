/** Measures in a page what a person waits for: opening a post and sealing one to 25 cohorts. */

import { type Bytes, concat } from "../src/protocol/bytes.ts";
import { Chain, Genesis, SignedCharter } from "../src/protocol/chain.ts";
import { Charter } from "../src/protocol/charter.ts";
import { detect, identityOf, keepIdentity } from "../src/protocol/handles.ts";
import { id, none } from "../src/protocol/ids.ts";
import { CohortSecret, ReaderKey } from "../src/protocol/keys.ts";
import { delivered, openPost, type Sealed, sealPost } from "../src/protocol/post.ts";
import { IdentitySecret, Seed } from "../src/protocol/secrets.ts";
import { utf8 } from "../src/protocol/text.ts";
import { run } from "./page.ts";
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
  const position = { chain: random(16), seq: 1n, prev: none() } as const;
  const draft = { charter, position: { ...position, prev: id(position.prev) }, kind: "announcement", thread: none(), nowMs: NOW_MS, payload } as const;
  return sealPost({ ...draft, thread: id(draft.thread) }, author, hedge, random);
}

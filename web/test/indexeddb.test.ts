/** Keys that the browser keeps: they outlive the page, sign and agree, and cannot be taken out (section 2). */

import {
  detect,
  exchangeOf,
  identityOf,
  keepExchange,
  keepIdentity,
  type Kept,
} from "../src/protocol/handles.ts";
import type { ExchangeKey, IdentityKey } from "../src/protocol/ids.ts";
import { ExchangeSecret, IdentitySecret } from "../src/protocol/secrets.ts";
import { verify } from "../src/protocol/ed25519.ts";
import { equal, ok, test } from "./harness.ts";

/** What a device keeps of an account. */
interface Device {
  readonly ik: Kept<IdentityKey>;
  readonly xk: Kept<ExchangeKey>;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open("device", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("keys");
  return done(request);
}

async function extracted(key: CryptoKey): Promise<boolean> {
  for (const format of ["pkcs8", "jwk", "raw"] as const) {
    try {
      await crypto.subtle.exportKey(format as "pkcs8", key);
      return true;
    } catch {
      continue;
    }
  }
  return false;
}

test("keys kept in IndexedDB sign and agree, and nobody can take them out", async () => {
  const support = await detect();
  equal([support.ed25519, support.x25519], [true, true], "this Chromium has both");
  const [ik, xk] = [
    new IdentitySecret(new Uint8Array(32).fill(3)),
    new ExchangeSecret(new Uint8Array(32).fill(4)),
  ];
  const device: Device = { ik: await keepIdentity(ik, support), xk: await keepExchange(xk, support) };
  const writing = await open();
  await done(writing.transaction("keys", "readwrite").objectStore("keys").put(device, "account"));
  writing.close();

  const reading = await open();
  const again: Device = await done(reading.transaction("keys").objectStore("keys").get("account"));
  reading.close();
  const message = new Uint8Array([1, 2, 3]);
  const signature = await identityOf(again.ik).sign("probe", message);
  ok(verify(ik.public, "probe", message, signature), "it signs");
  equal(signature, await ik.sign("probe", message));
  const peer = new ExchangeSecret(new Uint8Array(32).fill(5)).public;
  equal(await exchangeOf(again.xk).agree(peer), await xk.agree(peer));
  for (const { key } of [again.ik, again.xk]) {
    ok(key instanceof CryptoKey && !key.extractable, "a handle");
    ok(!(await extracted(key)), "it stays where it is");
  }
});

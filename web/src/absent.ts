/**
 * What age-encryption can do and Kentongan never asks for: its files have X25519 recipients only.
 *
 * `esbuild.mjs` puts this in the place of those libraries, which keeps 28 KiB (gzip) of lattices and
 * other curves off every phone. A file for such a recipient does not open, as it must not.
 */

/** Hybrid post-quantum recipients. */
export const MLKEM768X25519 = undefined;

/** Hybrid recipients of hardware tokens. */
export const MLKEM768P256 = undefined;

/** Recipients of hardware tokens. */
export const p256 = undefined;

import type { Words } from "../id.ts";

export const problems: Words["problems"] = {
  offline: "The hub cannot be reached. Check your connection, then try again.",
  timeout: "The hub took too long to answer. Try again in a moment.",
  distrust: (reason) =>
    `The hub sent something that does not match its signature (${reason}). It was not opened. Tell your teacher or office.`,
  unauthenticated: "This device is signed out. Sign in again with the login card.",
  "not-allowed": "You may not do this. Perhaps your role has just been changed.",
  "not-found": "It is gone, or not for this account.",
  conflict: "Another device has just changed the same. Reload, then try again.",
  "link-closed": "This link is closed, expired or used up. Ask for a new one.",
  "cohort-full": "It is full just now. Try again in a moment.",
  "fan-out-running": "A post is still being sent. Try again in a moment.",
  "charter-superseded": "The rules of the class or channel have just changed. Try again.",
  "version-conflict": "Another device has just saved. Try again.",
  "too-large": "Too large for this hub.",
  "rate-limited": "Too often. Wait a moment, then try again.",
  unavailable: "The hub cannot work just now. Try again in a moment.",
  refused: "The hub refused it. Reload the page, then try again.",
  unknown: "Something did not work. Nothing is lost; try again.",
};

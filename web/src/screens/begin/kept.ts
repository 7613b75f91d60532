/**
 * Whether the owner has said that the login card is kept; a note of this browser alone.
 *
 * It holds no part of the card. Without storage every card counts as kept, and nobody is asked again and again.
 */

const KEY = "card-not-confirmed";

/** The card of this account was made here just now. */
export function unconfirmed(account: string): void {
  write((storage) => storage.setItem(KEY, account));
}

/** It is kept. */
export function confirmed(account: string): void {
  if (!isConfirmed(account)) write((storage) => storage.removeItem(KEY));
}

/** Whether it is kept, as far as this browser knows. */
export function isConfirmed(account: string): boolean {
  try {
    return localStorage.getItem(KEY) !== account;
  } catch {
    return true;
  }
}

function write(change: (storage: Storage) => void): void {
  try {
    change(localStorage);
  } catch {
    // A browser that keeps nothing has no such note.
  }
}

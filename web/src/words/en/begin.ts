import type { Words } from "../id.ts";

/** Welcome, making an account, its login card, signing in. */
export const begin: Words["begin"] = {
  welcome: {
    title: "Welcome",
    heading: "Struck once, heard by all.",
    lead: "Teachers and officers write once; everyone receives a copy of their own, in one class or a whole district.",
    picture: "One drum is struck, thirty answer.",
    start: "Create account",
    signIn: "I have a card",
    invited: "Invited to a class or channel? Open the link, or scan the code on the invitation.",
    facts: {
      sealed: [
        "What news says",
        "Encrypted on its writer's device. The hub that delivers it cannot read it.",
      ],
      phone: ["Phone numbers", "Not asked for, so nobody can see yours. There is no password either."],
      members: ["Other members", "Do not see who is in it."],
      genuine: ["Genuine", "All news is signed by its publisher. Nobody else can write in their name."],
    },
    language: "Language",
  },
  make: {
    title: "New account",
    heading: "Create an account on this device",
    lead: "No phone number, no password. Its keys are made on this device, and only your login card opens the account.",
    name: "Your name",
    nameHint:
      "Seen by the teachers and officers of what you join, and in your replies. The hub does not know it. You may leave it empty for now.",
    button: "Create account",
    working: "Making keys on this device",
    made: "The keys are made.",
    toInbox: "To News",
  },
  card: {
    title: "Login card",
    heading: "Keep your login card",
    lead: "This card is the only way back if your phone is lost or replaced. Whoever holds it can sign in as you.",
    once: "Shown this once: the card is not kept on this device, and the hub does not know it.",
    name: "Login card",
    code: "QR code of the login card",
    letters: "Letters and digits of the card",
    saveImage: "Save as image",
    imageSaved: "The picture of the card is saved. Whoever opens that picture can sign in as you.",
    passwords: "Password manager",
    passwordsAsked:
      "The browser asks whether it may keep the card. If it does not ask, print it or write it down.",
    copied: "The card is copied. Paste it into your password manager, never into a chat.",
    tick: "I have printed, written down or saved the card.",
    tickFirst: "Keep the card first, then tick here.",
    go: "Start",
    lost: "Card lost? From a device that is still signed in you can make a new one.",
    use: (origin: string) =>
      `To sign in on another device: open ${origin}, choose “I have a card”, then scan the code or type the letters and digits.`,
    keep: "Keep it like the key to your home. Nobody can give you this card again.",
    file: "kentongan-login-card",
  },
  pending: {
    heading: "Your card is not confirmed yet",
    lead: "Your account is on this device. The card you were shown cannot be shown again, because it is kept nowhere.",
    saved: "I kept it: check",
    renew: "I did not: make a new card",
    later: "Later",
    laterText: "Without a card this account is lost together with this device.",
  },
  signIn: {
    title: "Sign in",
    heading: "Sign in with your card",
    lead: "Type the letters and digits of your login card, or scan its code.",
    card: "Login card",
    cardHint: "Capitals or not is all the same; spaces and hyphens may be left out.",
    show: "Show what I type",
    progress: (n: number) => `${n} of 27 letters and digits`,
    button: "Sign in",
    working: "Opening the account with this card",
    lost: "Lost your card",
    lostText: [
      "Is there a device still signed in? Open Me, Login card on it and make a new card. The old one stops working.",
      "Is the card in a password manager? Choose it there; the browser fills it in.",
      "Neither? Then nobody can open that account again, nor can the hub's operator. Create a new account, and ask your teacher or officer to admit you again and to remove the old one.",
    ],
    makeNew: "Create a new account",
    here: (name: string) => `${name} is signed in in this browser. Sign out first to use another card.`,
    wrong: {
      length: (n: number) => `A card has 27 letters and digits; this has ${n}. See which group was skipped.`,
      symbol: (symbol: string) => `“${symbol}” is on no card. A letter that looks alike, perhaps?`,
      check:
        "One is mistyped, or two are swapped: the last sign does not fit the others. Compare again, group by group.",
      unknown: (host: string) =>
        `This card is written correctly, but ${host} does not know it. It may be for another hub: the address is printed on the card. Or it has been replaced by a new one.`,
      damaged:
        "This card is known, but what the hub keeps of its account is damaged. Do not throw the card away. Tell the hub's operator; a device still signed in can store it again by making a new card.",
      notCard: "That is not the code of a login card.",
    },
    welcome: "You are signed in.",
  },
};

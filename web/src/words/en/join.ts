import type { Words } from "../id.ts";

export const join: Words["join"] = {
  title: "Joining",
  looking: "Checking the invitation",
  unnamedKind: { approval: "this class", open: "this channel" },
  heading: { approval: (name) => `Join ${name}?`, open: (name) => `Follow ${name}?` },
  lead: {
    approval: "A class: its publishers admit you first, then its news comes.",
    open: "A channel: you are in at once, without waiting.",
  },
  nameClaim: "The name is as written on the invitation; make sure that you have it from somebody you know.",
  publishers: (n) => (n === "1" ? "1 publisher" : `${n} publishers`),
  seal: "Genuine invitation: signed by its publisher",
  code: (short) => `code ${short}`,
  replies: "Replies",
  members: ["Other members", "Cannot see you, now or later"],
  past: "News from before you join",
  pastIs: { "same key": "Can be read", "from joining": "Cannot be read" },
  approvals: "Approval before publishing",
  until: "Invitation good until",
  blind: [
    "The hub cannot read this",
    "News is opened on your device only. Who can read it: members and publishers.",
  ],
  hostedTitle: "The operator can read here",
  hostedText: (host) => [
    "The keys are run by ",
    host,
    ", so that news goes out by itself from their systems. They can read announcements and your replies.",
  ],
  hostedNote:
    "Other classes and channels that you follow are not affected. If the operator changes, it is another channel, and you are asked again.",
  known: "What the hub knows about you",
  knows: {
    approval: [
      "Known",
      "That this account asks to join and is in, when news arrives, and when you press “I understand”",
    ],
    open: ["Known", "That this account is in, when news arrives, and when you press “I understand”"],
  },
  knowsNot: [
    "Not known",
    "Your name, the name of this class or channel, your phone number, and what the news says",
  ],
  tick: (host) => `I know that ${host} can read here.`,
  tickFirst: "Read the box above first, then tick this.",
  name: "Your name",
  nameHint: "Only the teachers or officers read it; the hub does not.",
  nameHintApproval: "So that they know you. Only the teachers or officers read it; the hub does not.",
  nameMissing: "Write your name, so that the teacher or officer knows who is asking.",
  label: "What do you call this class or channel?",
  labelHint: "For you only. May stay empty.",
  button: { approval: "Ask to join", open: "Join" },
  no: "Not now",
  working: { approval: "Sending the request", open: "Your key is being made on this device" },
  visitor: {
    title: "First, an account",
    text: "No phone number, no password, less than a minute. Then you come back to this invitation.",
    make: "Make an account, then join",
    signIn: "I have a card",
  },
  asked: {
    title: "Request sent",
    text: (name) => `The teachers or officers of ${name} see your name and admit you.`,
    wait: [
      "What happens next",
      "No need to wait on this page. The first news is under News once you are admitted.",
    ],
    late: ["Takes long?", "Remind your teacher or officer to open Kentongan."],
    withdraw: "Take the request back",
    withdrawn: "The request is taken back.",
  },
  in: {
    title: (name) => `You are in ${name}`,
    text: "The next news comes to this device by itself.",
    accepted: "You have been admitted.",
    news: "To the news",
    about: "See its rules",
  },
  publisher: {
    title: (name) => `You publish in ${name}`,
    text: "Another publisher sends the keys in a sealed letter.",
  },
  already: (name) => `You are in ${name} already`,
  alreadyAsked: (name) => `You have asked to join ${name} already`,
  dead: {
    expired: {
      title: "This invitation has expired",
      text: (day) => `It was good until ${day}. Ask the teacher or officer for a new one.`,
    },
    closed: {
      title: "This invitation is closed",
      text: () => "A publisher closed it, or it is used up. Ask the teacher or officer for a new one.",
    },
    full: {
      title: "Full for now",
      text: () => "There is no place left for the moment. Try again later, or tell the teacher or officer.",
    },
  },
  mistyped: {
    title: "This invitation is not complete",
    text: "The link was cut off or mistyped. Copy all of it, also everything after the #, or scan its code.",
  },
  elsewhere: {
    title: "An invitation to another hub",
    text: (host) => `This invitation belongs to ${host}. An account here does not count there.`,
    open: (host) => `Open at ${host}`,
  },
  enter: {
    heading: "Join by invitation",
    lead: "Open the link from your teacher or officer, scan the code on a poster, or paste the link here.",
    label: "Invitation link",
    hint: "It begins with https:// and has a # in it.",
    empty: "Paste the invitation link first.",
    button: "Check the invitation",
    none: "There is no invitation code in that photo.",
  },
};

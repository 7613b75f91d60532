import type { Words } from "../id.ts";

/** Reading a QR code. */
export const scan: Words["scan"] = {
  camera: "Scan with the camera",
  photo: "From a photo",
  view: "What the camera sees",
  hold: "Point the camera at the code. It turns itself off once the code is read.",
  other: "That code is for something else. Point at the right one.",
  noCamera:
    "The camera cannot be used. Allow it in the browser's settings, choose a photo of the code, or type it.",
  nothing: "No code can be read in that photo. Take one closer and in better light, or type it.",
};

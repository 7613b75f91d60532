/** What the camera of a page sees. */

/** Puts a picture before the camera, evaluated in the page with a PNG as base64; the stream's tracks are `tracks` there. */
export async function pointCameraAt(png: string): Promise<void> {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const pen = canvas.getContext("2d");
  pen?.drawImage(image, 0, 0);
  setInterval(() => pen?.drawImage(image, 0, 0), 50);
  const stream = canvas.captureStream(20);
  (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks = stream.getTracks();
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);
}

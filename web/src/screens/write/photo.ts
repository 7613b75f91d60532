/**
 * Photos made small on this device.
 *
 * Invariant: what comes out of {@link smaller} is drawn anew, so nothing of what the camera wrote beside the picture
 * (place, time, device) is in it; its orientation is kept.
 */

/** The longest side in pixels: letters on a photographed sheet stay readable. */
const LONGEST = 1600;
const QUALITY = 0.8;

/** A photo of at most {@link LONGEST} pixels; `undefined` where this browser cannot read it. */
export async function smaller(file: File): Promise<File | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return undefined;
  }
  try {
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    // A browser that makes no WebP makes a PNG of it: then JPEG is smaller.
    const webp = await blobOf(canvas, "image/webp");
    const blob = webp?.type === "image/webp" ? webp : await blobOf(canvas, "image/jpeg");
    if (blob === null) return undefined;
    const ending = blob.type === "image/webp" ? "webp" : "jpg";
    return new File([blob], `${file.name.replace(/\.\w+$/, "")}.${ending}`, { type: blob.type });
  } finally {
    picture.close();
  }
}

const blobOf = (canvas: HTMLCanvasElement, type: string): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));

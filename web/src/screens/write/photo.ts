/**
 * Photos made small and turned on this device.
 *
 * Invariant: what comes out of here is drawn anew, so nothing of what the camera wrote beside the picture (place, time,
 * device) is in it; its orientation is kept.
 */

/** The longest side in pixels: letters on a photographed sheet stay readable. */
const LONGEST = 1600;
const QUALITY = 0.8;

/** A photo of at most {@link LONGEST} pixels; `undefined` where this browser cannot read it. */
export const smaller = (file: File): Promise<File | undefined> =>
  redrawn(file, (picture, canvas) => {
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  });

/** The photo a quarter turn clockwise; `undefined` where this browser cannot read it. */
export const turned = (file: File): Promise<File | undefined> =>
  redrawn(file, (picture, canvas) => {
    [canvas.width, canvas.height] = [picture.height, picture.width];
    const pen = canvas.getContext("2d");
    pen?.translate(canvas.width, 0);
    pen?.rotate(Math.PI / 2);
    pen?.drawImage(picture, 0, 0);
  });

async function redrawn(
  file: File,
  draw: (picture: ImageBitmap, canvas: HTMLCanvasElement) => void,
): Promise<File | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return undefined;
  }
  try {
    const canvas = document.createElement("canvas");
    draw(picture, canvas);
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

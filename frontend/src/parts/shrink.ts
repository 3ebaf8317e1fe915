// Photos made smaller before they are sent over a slow line. What the camera wrote into the file (time, position) is kept.

/** Longest edge of what is sent, in pixels; smaller files than this many bytes are sent as they are. */
const EDGE = 1920, SMALL = 400_000, QUALITY = 0.82;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** The photo, at most 1920 pixels wide or high, as JPEG; the file itself where that is not possible or saves nothing. */
export async function shrink(file: File): Promise<File> {
  if (file.size < SMALL || !/^image\/(jpeg|png|webp)$/.test(file.type) || !("createImageBitmap" in window)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!small || small.size >= file.size) return file;
    const exif = file.type === "image/jpeg" ? exifOf(new Uint8Array(await file.slice(0, 262_144).arrayBuffer())) : null;
    const parts: BlobPart[] = exif ? [new Uint8Array([0xff, 0xd8]), exif, small.slice(2)] : [small];
    return new File(parts, file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

/** The Exif segment of a JPEG, marked upright because the drawn picture is; null where there is none. */
function exifOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  let at = 2;
  while (at + 10 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (bytes[at + 1] === 0xe1 && EXIF.every((byte, index) => bytes[at + 4 + index] === byte)) {
      const segment = new Uint8Array(bytes.slice(at, at + 2 + length));
      return segment.length === 2 + length ? upright(segment) : null;
    }
    at += 2 + length;
  }
  return null;
}

function upright(segment: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = 10, view = new DataView(segment.buffer);
  const little = view.getUint16(start) === 0x4949;
  const table = start + view.getUint32(start + 4, little);
  for (let index = 0; index < view.getUint16(table, little); index += 1) {
    const entry = table + 2 + index * 12;
    if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
  }
  return segment;
}

/** Reading a QR code. */
export const scan = {
  camera: "Pindai dengan kamera",
  photo: "Dari foto",
  view: "Yang dilihat kamera",
  hold: "Arahkan kamera ke kode. Begitu terbaca, kamera mati sendiri.",
  other: "Itu kode untuk hal lain. Arahkan ke kode yang benar.",
  noCamera: "Kamera tidak dapat dipakai. Izinkan di setelan peramban, pilih foto kodenya, atau ketik saja.",
  nothing:
    "Di foto itu tidak ada kode yang terbaca. Ambil foto yang lebih dekat dan terang, atau ketik saja.",
};

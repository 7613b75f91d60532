/** What went wrong, and what to do next; by the kind of a client's error. */
export const problems = {
  offline: "Hub tidak dapat dihubungi. Periksa sambungan, lalu coba lagi.",
  timeout: "Hub terlalu lama menjawab. Coba lagi sebentar lagi.",
  distrust: (reason: string) =>
    `Hub mengirim sesuatu yang tidak cocok dengan tanda tangannya (${reason}). Tidak dibuka. Beri tahu guru atau petugas Anda.`,
  unauthenticated: "Perangkat ini sudah keluar. Masuk lagi dengan kartu masuk.",
  "not-allowed": "Anda tidak berhak melakukan ini. Mungkin peran Anda baru saja diubah.",
  "not-found": "Sudah tidak ada, atau tidak untuk akun ini.",
  conflict: "Perangkat lain baru saja mengubah hal yang sama. Muat ulang, lalu coba lagi.",
  "link-closed": "Tautan ini sudah ditutup, kedaluwarsa, atau habis dipakai. Mintalah tautan baru.",
  "cohort-full": "Sedang penuh. Coba lagi sebentar lagi.",
  "fan-out-running": "Masih ada kabar yang sedang dikirim. Coba lagi sebentar lagi.",
  "charter-superseded": "Aturan kelas atau kanal baru saja berubah. Coba lagi.",
  "version-conflict": "Perangkat lain baru saja menyimpan. Coba lagi.",
  "too-large": "Terlalu besar untuk hub ini.",
  "rate-limited": "Terlalu sering. Tunggu sebentar, lalu coba lagi.",
  unavailable: "Hub sedang tidak dapat bekerja. Coba lagi sebentar lagi.",
  refused: "Hub menolaknya. Muat ulang halaman, lalu coba lagi.",
  unknown: "Ada yang tidak berjalan. Tidak ada yang hilang; coba lagi.",
};

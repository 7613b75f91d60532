/** Watching a post go out. */
export const sent = {
  running: (n: string) => `Menabuh untuk ${n} penerima`,
  ready: (n: string) => `Siap dibuka ${n} penerima`,
  nobody: "Terkirim, belum ada penerima",
  pending: (part: string, whole: string) => `${part} dari ${whole} persetujuan`,
  pendingText: "Terbit setelah penerbit lain membaca dan menyetujuinya. Penerima belum melihatnya.",
  scheduled: (moment: string) => `Terbit ${moment}`,
  scheduledText:
    "Sudah dikunci dan menunggu di hub. Terbit beberapa detik setelah waktunya, juga kalau perangkat ini mati.",
  lapsed: "Tidak jadi terbit",
  lapsedTitle: "Tidak sampai ke siapa pun",
  why: {
    "charter-changed": "Aturan berubah sebelum persetujuannya lengkap. Tulis lagi kalau masih perlu.",
    "keys-changed": "Kunci kelas atau kanal diganti sebelum waktunya. Tulis lagi kalau masih perlu.",
    "not-publisher": "Penulisnya bukan penerbit lagi.",
    "charter-expired": "Masa berlaku aturannya habis. Minta pengelola memperbaruinya, lalu tulis lagi.",
    "approvals-raised": "Persetujuan yang diwajibkan bertambah. Tulis lagi kalau masih perlu.",
    "taken-back": "Dibatalkan sebelum waktunya.",
  },
  cohortsReady: (part: string, whole: string) => `${part} dari ${whole} kelompok siap`,
  recipientsReady: (part: string, whole: string) => `${part} dari ${whole} penerima siap`,
  eachCohort: (cohorts: string, people: string) =>
    cohorts === "1"
      ? `Paling banyak ${people} penerima per kelompok`
      : `Satu kentongan mewakili ${cohorts} kelompok`,
  eachRecipient: (n: number) =>
    n === 1 ? "Satu kentongan, satu penerima" : `Satu kentongan mewakili ${n} penerima`,
  legend: {
    waiting: "Menunggu",
    going: "Disiapkan",
    ready: "Siap dibuka",
    partly: "Sebagian sampai",
    delivered: "Sampai",
    understood: "Mengerti",
    failed: "Belum berhasil",
  },
  deliveredOf: (part: string, whole: string) => `${part} dari ${whole} sudah sampai`,
  failed: (n: number) => (n === 1 ? "Satu kelompok belum berhasil" : `${n} kelompok belum berhasil`),
  failedText: "Yang lain tetap berjalan. Pengurus hub dapat mencobanya lagi. Sebabnya:",
  asleep: "Hub sedang tidak menyiapkan apa-apa",
  asleepText: "Kabar Anda aman di hub, dan disiapkan begitu pekerjanya hidup lagi. Beri tahu pengurus hub.",
  rate: "Laju sampai",
  perSecond: "per detik",
  approved: "Disetujui",
  written: "Dikunci oleh",
  lockedOnce: "Dikunci sekali, di perangkat penulisnya",
  lockedText: (n: string) => `Hub menyiapkan ${n} kunci tanpa dapat membaca isinya`,
  away: "Yang sedang tidak terhubung",
  awayText: (n: string) => `${n} belum menerimanya; yang meminta mendapat ketukan tanpa isi lewat surel`,
  echo: "Gema dari penerima",
  each: (n: number, many: string) =>
    n === 1
      ? "Yang bergema sudah menekan “Saya mengerti”."
      : `Satu kentongan mewakili ${many} penerima. Yang bergema sudah menekan “Saya mengerti”.`,
  content: "Isinya",
  approve: "Setujui dan terbitkan",
  approveText: "Tanda tangan Anda menyatakan: sudah saya baca, dan boleh terbit.",
  approving: "Ditandatangani di perangkat ini",
  approvedByYou: "Sudah Anda setujui",
  takeBack: "Batalkan jadwal",
  takeBackAsk: "Batalkan jadwal?",
  takeBackText: "Kabar ini tidak terbit. Tidak ada yang pernah melihatnya.",
  takingBack: "Ditarik",
  open: "Buka kabarnya",
  mayClose: "Halaman ini boleh ditutup. Pengiriman tetap berjalan, dan tidak ada yang terkirim dua kali.",
  lastKnown: "Tidak ada sambungan: angka terakhir yang diketahui",
};

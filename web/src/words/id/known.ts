/** What the hub knows about an account, row by row; and leaving for good. Fetched with its screen: it is long. */
type Says = readonly [title: string, under: string];

export const known = {
  title: "Yang diketahui hub",
  heading: "Yang diketahui hub tentang saya",
  lead: (rows: string) =>
    `Hub menyimpan ${rows} baris tentang akun ini. Semuanya ada di bawah; selebihnya tidak ada. Nama kelas dan kanal ditulis oleh perangkat ini: hub hanya mengenal nomornya.`,
  cannot: {
    heading: "Yang tidak dapat dilihatnya",
    text: "Isi kabar, balasan, surat, dan lampiran; judul dan nama berkasnya; nama Anda; nama kelas dan kanal; kartu masuk; kunci Anda.",
  },
  can: {
    heading: "Yang dapat disimpulkannya",
    text: "Siapa mengirimi siapa, kapan, dan seberapa besar; dari alamat internet mana Anda tersambung, selama tersambung.",
  },
  each: (n: string) => `Satu kentongan berarti ${n} baris.`,
  rows: (n: string) => `${n} baris`,
  show: (n: string) => `Lihat ${n} baris`,
  newest: (shown: string, all: string) => `${shown} terbaru dari ${all}`,
  more: "Ambil semua baris",
  raw: "Persis seperti disimpan",
  nothing: "Tidak ada.",
  someAudience: "Kelas atau kanal lain",
  desk: "meja petugas",
  never: "belum",
  groups: {
    who: [
      "Siapa Anda bagi hub",
      "Sebuah nomor dan beberapa kunci umum. Tidak ada nama, telepon, atau kata sandi.",
    ],
    belong: ["Di mana Anda ikut", "Supaya hub tahu untuk siapa salinan kabar dibuat."],
    sent: ["Yang Anda kirim", "Kapan, ke mana, dan seberapa besar. Isinya tersandi."],
    received: [
      "Yang Anda terima, dan kapan",
      "Yang dilaporkan perangkat Anda setelah membuka kabar, dan yang menunggu diambil.",
    ],
    mail: [
      "Surel Anda",
      "Hanya kalau Anda memberikannya. Alamatnya disimpan tersandi; hub membukanya untuk mengirim.",
    ],
    other: ["Lain-lain", "Baris jenis baru yang belum dikenal halaman ini."],
  },
  tables: {
    accounts: "Akun",
    sessions: "Perangkat yang masuk",
    vaults: "Simpanan akun",
    staff: "Tempat Anda menulis",
    members: "Keanggotaan",
    slots: "Tempat Anda di daftar salinan",
    links: "Tautan undangan yang Anda buat",
    link_uses: "Tautan yang Anda pakai",
    join_requests: "Permintaan bergabung",
    posts: "Kabar dan balasan",
    approvals: "Persetujuan",
    receipts: "Tanda terima",
    threads: "Utas yang Anda atur",
    letters: "Surat",
    desk_letters: "Surat meja yang Anda urus",
    attachments: "Lampiran",
    uploads: "Lampiran yang sedang dikirim",
    events: "Pemberitahuan yang menunggu diambil",
    email_addresses: "Alamat surel",
    email_confirmations: "Permintaan konfirmasi sehari ini",
    nudges: "Surel yang dikirim kepada Anda",
  } as Readonly<Record<string, string>>,
  says: {
    accounts: (v: { made: string; seq: string; letters: string }): Says => [
      `Kunci umum, dibuat ${v.made}`,
      `Pembaruan ke-${v.seq}; ${v.letters} surat pernah masuk`,
    ],
    sessions: (v: { since: string; until: string }): Says => [
      `Masuk ${v.since}`,
      `Berlaku sampai ${v.until}`,
    ],
    vaults: (v: { size: string; version: string; at: string }): Says => [
      `${v.size}, tersandi untuk kartu masuk Anda`,
      `Versi ${v.version}, disimpan ${v.at}`,
    ],
    staff: (v: { audience: string; role: string }): Says => [v.audience, v.role],
    members: (v: { audience: string; role: string; since: string; until: string | undefined }): Says => [
      v.audience,
      `${v.role} sejak ${v.since}${v.until === undefined ? "" : `, berakhir ${v.until}`}`,
    ],
    slots: (v: {
      audience: string;
      slot: string;
      copies: string;
      since: string;
      until: string | undefined;
    }): Says => [
      `${v.audience}, tempat ke-${v.slot}`,
      `${v.copies} salinan kabar dibuat untuk Anda sejak ${v.since}${v.until === undefined ? "" : `; dihapus ${v.until}`}`,
    ],
    links: (v: { audience: string; made: string; uses: string; until: string }): Says => [
      v.audience,
      `Dibuat ${v.made}, dipakai ${v.uses} kali, ditutup ${v.until}`,
    ],
    linkUses: (v: { audience: string }): Says => [v.audience, "Anda masuk lewat sebuah tautan"],
    joinRequests: (v: { audience: string; at: string; state: string }): Says => [
      v.audience,
      `${v.state}; diminta ${v.at}`,
    ],
    posts: (v: { kind: string; audience: string; at: string; size: string; state: string }): Says => [
      `${v.kind} di ${v.audience}`,
      `${v.at}, ${v.size}, ${v.state}`,
    ],
    approvals: (v: { at: string }): Says => ["Anda menyetujui sebuah kabar", v.at],
    receipts: (v: { what: string; delivered: string; read: string; understood: string }): Says => [
      v.what,
      `Sampai: ${v.delivered}. Dibaca: ${v.read}. Dimengerti: ${v.understood}.`,
    ],
    threads: (v: { state: string; at: string }): Says => [`Utas ${v.state}`, v.at],
    letters: (v: { kind: string; sent: boolean; other: string; at: string; size: string }): Says => [
      `${v.kind} ${v.sent ? "ke" : "dari"} ${v.other}`,
      `${v.at}, ${v.size}`,
    ],
    deskLetters: (v: { state: string; at: string }): Says => [`Surat ${v.state}`, v.at],
    attachments: (v: { audience: string; size: string; at: string }): Says => [
      `${v.size} di ${v.audience}`,
      v.at,
    ],
    events: (v: { kind: string; at: string }): Says => [v.kind, v.at],
    emailAddress: (v: { state: string; size: string; at: string }): Says => [
      `${v.state}, ${v.size} tersandi`,
      `Diubah ${v.at}`,
    ],
    emailConfirmation: (v: { at: string }): Says => ["Surel konfirmasi diminta", v.at],
    nudges: (v: { state: string; at: string }): Says => [v.state, v.at],
  },
  values: {
    publisher: "Penerbit",
    admin: "Pengelola",
    member: "Anggota",
    guardian: "Wali",
    postKinds: ["", "Pengumuman", "Tugas", "Balasan", "Ralat", "Penarikan"],
    letterKinds: [
      "",
      "Balasan",
      "Hasil tugas",
      "Pengembalian",
      "Profil",
      "Kunci untuk rekan penerbit",
      "Nama saat bergabung",
      "Tugas",
    ],
    account: "sebuah akun",
    words: {
      pending: "menunggu",
      admitted: "diterima",
      declined: "ditolak",
      accepted: "diterima hub",
      lapsed: "gugur",
      scheduled: "terjadwal",
      open: "terbuka",
      slow: "diperlambat",
      closed: "ditutup",
      assigned: "diambil",
      resolved: "selesai",
      unconfirmed: "Belum dikonfirmasi",
      confirmed: "Dikonfirmasi",
      failed: "Gagal",
      off: "Dihentikan",
      due: "Akan dikirim",
      sending: "Sedang dikirim",
      sent: "Terkirim",
      unneeded: "Tidak jadi: Anda sudah membukanya",
      post: "Ada kabar",
      progress: "Kemajuan pengiriman",
      charter: "Aturan berubah",
      letter: "Ada surat",
      request: "Ada permintaan bergabung",
      member: "Keanggotaan berubah",
      approval: "Ada persetujuan",
      desk: "Meja berubah",
      thread: "Utas berubah",
      schedule: "Jadwal berubah",
    } as Readonly<Record<string, string>>,
  },
  gone: {
    heading: "Hapus akun saya",
    lead: "Untuk selamanya, dan langsung. Akun yang dihapus tidak dapat kembali, juga tidak dengan kartunya.",
    facts: {
      deleted: [
        "Dihapus",
        "Simpanan akun, keanggotaan, tanda terima, alamat surel, perangkat yang masuk, dan semua di perangkat ini",
      ],
      stays: [
        "Tetap ada",
        "Kabar dan surat yang sudah Anda kirim: penerimanya sudah memegangnya, dan hub tidak dapat menariknya",
      ],
    },
    begin: "Hapus akun…",
    label: (word: string) => `Ketik ${word} untuk memastikan`,
    word: "HAPUS",
    wrong: (word: string) => `Ketik ${word}, huruf besar semua.`,
    button: "Hapus akun ini",
    working: "Akun sedang dihapus",
    last: "Anda pengelola terakhir di kelas atau kanal yang masih ada orangnya. Jadikan orang lain pengelola dulu di halaman anggotanya, lalu hapus akun Anda.",
    abandon: "Biarkan tanpa pengelola: tidak seorang pun dapat menulis atau mengubahnya lagi.",
    toAudiences: "Ke kelas dan kanal saya",
    done: "Akun sudah dihapus.",
    doneText:
      "Di hub dan di perangkat ini tidak ada lagi yang tersisa, kecuali yang sudah Anda kirim kepada orang lain.",
  },
};

/** Their shape. */
export type KnownWords = typeof known;

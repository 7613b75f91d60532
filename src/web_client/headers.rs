//! What a browser is told with every page: what it may load and run, and what it may ask its user for.

/// What the pages may use of a device: scanning a code, recording a note and naming a place take the first three, a new
/// post may sound, and an invitation is copied. (Sharing is allowed where nothing is said, and some browsers would complain.)
const PERMISSIONS: &str = "camera=(self), microphone=(self), geolocation=(self), autoplay=(self), \
    clipboard-write=(self), accelerometer=(), bluetooth=(), browsing-topics=(), clipboard-read=(), \
    compute-pressure=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), gyroscope=(), hid=(), \
    identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), otp-credentials=(), \
    payment=(), picture-in-picture=(), publickey-credentials-create=(), publickey-credentials-get=(), \
    screen-wake-lock=(), serial=(), storage-access=(), sync-xhr=(), usb=(), window-management=(), \
    xr-spatial-tracking=()";

/// The headers of every page and of the service worker, and only there; `importmap` is the CSP source of the shells'
/// import map, the one thing inline.
///
/// The import map holds the hashes of the script's parts: without it `Integrity-Policy` would let none of them load.
#[must_use]
pub fn of_pages(importmap: Option<&str>) -> Vec<(&'static str, String)> {
    let importmap = importmap.map(|hash| format!(" '{hash}'")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'{importmap}; style-src 'self'; img-src 'self' blob:; \
         media-src blob:; connect-src 'self'; font-src 'none'; worker-src 'self'; manifest-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types kentongan"
    );
    vec![
        ("content-security-policy", policy),
        ("integrity-policy", "blocked-destinations=(script)".into()),
        ("referrer-policy", "no-referrer".into()),
        ("cross-origin-opener-policy", "same-origin".into()),
        ("cross-origin-resource-policy", "same-origin".into()),
        ("permissions-policy", PERMISSIONS.into()),
        ("x-content-type-options", "nosniff".into()),
    ]
}

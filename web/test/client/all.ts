/** Every story of the client library. */

import "./class.test.ts";

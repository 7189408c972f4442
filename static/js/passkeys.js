// Passkeys: fetch or read the options, ask the device, post what it answers. Without support the
// passkey form stays hidden and the password form is enough.
const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

function toBytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0)).buffer;
}

function toText(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const withBytes = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

function answer(credential, fields) {
  const response = {};
  for (const name of fields) {
    const value = credential.response[name];
    if (value) response[name] = toText(value);
  }
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function create({ publicKey }, passwordless) {
  const selection = { ...publicKey.authenticatorSelection };
  if (passwordless !== null) {
    selection.residentKey = passwordless ? "required" : "discouraged";
    selection.requireResidentKey = passwordless;
    if (passwordless) selection.userVerification = "required";
  }
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      authenticatorSelection: selection,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
    },
  });
  const made = answer(credential, ["clientDataJSON", "attestationObject"]);
  made.response.transports = credential.response.getTransports?.() ?? [];
  return made;
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
  return answer(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
}

async function options(form) {
  const data = document.getElementById("passkey-data");
  if (data) return JSON.parse(data.textContent);
  const reply = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(`passkey options: ${reply.status}`);
  return reply.json();
}

async function ask(form) {
  const { creation_options: made, request_options: wanted } = await options(form);
  if (!made) return get(wanted);
  const box = form.elements.passwordless;
  return create(made, box ? box.checked : null);
}

for (const form of supported ? document.querySelectorAll("[data-tb-passkey]") : []) {
  form.hidden = false;
  const trouble = form.querySelector("[data-tb-passkey-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (trouble) trouble.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch {
      if (trouble) trouble.hidden = false; // refused or closed by the person: nothing happened
    }
  });
}

// What the edge makes of a request (cloudfront-js-2.0): exactly one credential, and what the gateway cannot see.
// A bearer token wins, then the session cookie, the last of several; nobody is "Anonymous". It is never
// empty: a gateway does not ask an authorizer about a request without an identity.

function values(field) {
  return (field.multiValue || [field]).map((one) => one.value);
}

function bearer(headers) {
  const given = headers.authorization ? values(headers.authorization).join(',') : '';
  return given.slice(0, 7).toLowerCase() === 'bearer ' ? given : '';
}

function session(cookies) {
  const found = cookies['__Host-session'];
  const token = found ? values(found).pop() : '';
  return token ? `Session ${token}` : '';
}

function handler(event) {
  const request = event.request;
  const credential = bearer(request.headers) || session(request.cookies) || 'Anonymous';
  request.headers.authorization = { value: credential };
  // The gateway is called by its own name, from our address. What a client says of these is replaced.
  // The gateway rewrites X-Forwarded-*, so these are names of our own.
  request.headers['x-site'] = { value: `https://${request.headers.host.value}` };
  request.headers['x-client-address'] = { value: event.viewer.ip };
  return request;
}

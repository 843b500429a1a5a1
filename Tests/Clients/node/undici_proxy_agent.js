// undici's ProxyAgent (Debian's node-undici: the copy inside Node keeps its ProxyAgent to itself).
// Arguments: proxy URL, plain URL, TLS URL, certificate file. Prints each body; 20 more requests run at once.
'use strict';
const fs = require('fs');
const { ProxyAgent, fetch } = require('undici');
const [proxy, plain, secure, ca] = process.argv.slice(2);
const dispatcher = new ProxyAgent({ uri: proxy, requestTls: { ca: fs.readFileSync(ca) } });
const get = async (url) => (await fetch(url, { dispatcher })).text();
(async () => {
    console.log(await get(plain), await get(secure));
    const all = await Promise.all(Array.from({ length: 20 }, () => get(plain)));
    console.log(all.join('') === (await get(plain)).repeat(20));
    await dispatcher.close();
})();

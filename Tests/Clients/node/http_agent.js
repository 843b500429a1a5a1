// Node's http through the proxy in absolute-form with a keep-alive agent: 30 requests, 5 at a time.
// Arguments: proxy host, proxy port, origin URL. Prints the sum of the body sizes and the sockets used.
'use strict';
const http = require('http');
const [host, port, origin] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 5 });
const sockets = new Set();
const get = (n) => new Promise((resolve, reject) => {
    const path = `${origin}/bytes/${n}`;
    const request = http.request({ host, port, path, agent, headers: { Host: new URL(origin).host } }, (response) => {
        sockets.add(response.socket);
        let size = 0;
        response.on('data', (data) => { size += data.length; });
        response.on('end', () => resolve(size));
    });
    request.on('error', reject);
    request.end();
});
Promise.all(Array.from({ length: 30 }, (_, n) => get(n * 1000))).then((sizes) => {
    console.log(sizes.reduce((a, b) => a + b), sockets.size);
    agent.destroy();
});

// Node's own CONNECT: http.request({method: 'CONNECT'}) and then TLS inside the tunnel.
// Arguments: proxy host, proxy port, origin authority, certificate file.
'use strict';
const http = require('http');
const https = require('https');
const fs = require('fs');
const [host, port, authority, ca] = process.argv.slice(2);
http.request({ host, port, method: 'CONNECT', path: authority }).on('connect', (response, socket, head) => {
    if (response.statusCode !== 200 || head.length !== 0) throw new Error(`status ${response.statusCode}`);
    https.get({ socket, agent: false, host: 'localhost', path: '/hello', ca: fs.readFileSync(ca) }, (answer) => {
        answer.pipe(process.stdout);
    });
}).end();

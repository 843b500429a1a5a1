// Node's 'upgrade' event over an absolute-form request; sends one frame and prints what comes back.
// Arguments: proxy host, proxy port, origin URL.
'use strict';
const http = require('http');
const [host, port, origin] = process.argv.slice(2);
const headers = { Host: new URL(origin).host, Connection: 'Upgrade', Upgrade: 'echo' };
http.request({ host, port, path: `${origin}/`, headers }).on('upgrade', (response, socket) => {
    socket.write('over the wire');
    socket.once('data', (data) => { console.log(response.statusCode, data.toString()); socket.end(); });
}).end();

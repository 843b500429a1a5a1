// Node's client, for our server. Argument: the server's URL, then what to do. Prints a JSON value for each answer.
'use strict';
const http = require('http');
const crypto = require('crypto');
const base = process.argv[2];
const body = Buffer.alloc(200000, 'proxy and origin; ');
const tell = (value) => console.log(JSON.stringify(value));

// An answer with its body as a digest. `use` sees the request before it is ended.
const ask = (path, options = {}, use = (request) => request.end()) => new Promise((resolve, reject) => {
    const request = http.request(base + path, options);
    const events = [];
    request.on('continue', () => events.push('continue'));
    request.on('information', (information) => events.push(information.statusCode));
    request.on('error', reject);
    request.on('response', (response) => {
        const digest = crypto.createHash('sha256');
        let size = 0;
        response.on('data', (data) => { digest.update(data); size += data.length; });
        response.on('aborted', () => events.push('aborted'));
        response.on('error', (error) => resolve({ error: error.code, size, events }));
        response.on('end', () => resolve({
            status: response.statusCode, reason: response.statusMessage, version: response.httpVersion,
            headers: response.headers, trailers: response.trailers, rawTrailers: response.rawTrailers,
            size, digest: digest.digest('hex'), reused: request.reusedSocket, events,
        }));
    });
    use(request);
});

const actions = {
    // Many requests over few connections.
    async agent() {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
        const paths = Array.from({ length: 30 }, (_, n) => (n % 2 ? '/sized/' : '/chunked/') + n * 1000);
        const sockets = new Set();
        const answers = await Promise.all(paths.map((path) => ask(path, { agent }, (request) => {
            request.on('socket', (socket) => sockets.add(socket));
            request.end();
        })));
        tell({ answers, sockets: sockets.size });
        agent.destroy();
    },
    // Each body is sent when the server asks for it, and not at all when it refuses.
    async expect() {
        for (const path of ['/echo', '/refused']) {
            let isSent = false;
            const headers = { Expect: '100-continue', 'Content-Length': body.length };
            const answer = await ask(path, { method: 'POST', headers }, (request) => {
                request.on('continue', () => { isSent = true; request.end(body); });
                request.flushHeaders();
            });
            tell({ ...answer, isSent });
        }
    },
    async trailers() {
        const headers = { Trailer: 'X-Sum' };
        tell(await ask('/echo', { method: 'PUT', headers }, (request) => {
            request.write(body.subarray(0, 100000));
            request.write(body.subarray(100000));
            request.addTrailers({ 'X-Sum': 'a sum', 'X-More': 'another' });
            request.end();
        }));
    },
    async upgrade() {
        const request = http.request(base + '/', { headers: { Connection: 'Upgrade', Upgrade: 'echo' } });
        request.on('upgrade', (response, socket, head) => {
            socket.setEncoding('utf8');
            socket.write('over the wire');
            socket.on('data', (heard) => { tell([response.statusCode, response.headers.upgrade, heard]); socket.end(); });
        });
        request.end();
    },
    async connect() {
        const request = http.request(base + '/', { method: 'CONNECT', path: 'example.test:443' });
        request.on('connect', (response, socket, head) => {
            socket.setEncoding('utf8');
            socket.write('through it');
            socket.on('data', (heard) => { tell([response.statusCode, head.length, heard]); socket.end(); });
        });
        request.end();
    },
    // Gone in the middle of the answer, and in the middle of the body.
    async aborted() {
        await new Promise((resolve) => {
            const request = http.get(base + '/endless', (response) => {
                response.once('data', () => request.destroy());
                response.on('error', () => {});
                response.on('close', resolve);
            });
        });
        await new Promise((resolve) => {
            const request = http.request(base + '/echo', { method: 'POST', headers: { 'Content-Length': 1000 } });
            request.on('error', resolve);
            request.write('half');
            request.on('response', (response) => { response.on('error', () => {}); request.destroy(); });
            request.on('close', resolve);
        });
        tell('aborted');
    },
    async others() {
        for (const path of ['/cookies', '/hints', '/status/204', '/status/304', '/closed/5000', '/cut', '/thrown']) {
            tell(await ask(path));
        }
        tell(await ask('/sized/1000', { method: 'HEAD' }));
    },
    // What is on board today besides `http`: fetch, which is undici.
    async fetch() {
        const answers = await Promise.all(['/sized/70000', '/chunked/70000'].map((path) => fetch(base + path)));
        const sizes = await Promise.all(answers.map(async (answer) => (await answer.arrayBuffer()).byteLength));
        const echo = await fetch(base + '/echo', { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' });
        const returned = Buffer.from(await echo.arrayBuffer());
        tell({ sizes, isSame: returned.equals(body) });
    },
};
actions[process.argv[3]]().catch((error) => { console.error(error); process.exitCode = 1; });

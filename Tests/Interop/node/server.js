// Node's server, for our client. Arguments: keepAliveTimeout in ms (0: for ever), a host and port to serve for.
// Prints where it listens, then a line for each thing that happens.
'use strict';
const http = require('http');
const pattern = (count) => {
    let text = '';
    for (let at = 0; text.length < count; at++) text += at.toString(16).padStart(7, '0') + ' ';
    return Buffer.from(text.slice(0, count));
};
let connections = 0;
const server = http.createServer((request, response) => {
    console.log(`request ${request.method} ${request.url} on ${request.socket.number}`);
    request.on('aborted', () => console.log(`aborted ${request.url}`));
    response.on('close', () => console.log(`closed ${request.url} ${response.writableFinished}`));
    const [, verb, number] = request.url.split('/');
    switch (verb) {
    case 'sized': return response.setHeader('Content-Length', number), response.end(pattern(+number));
    case 'chunked': return response.write(pattern(+number)), response.end();
    case 'closed': return response.removeHeader('Transfer-Encoding'), response.write(pattern(+number)), response.end();
    case 'status': return response.writeHead(+number), response.end();
    case 'fields': return response.end(request.rawHeaders.join('\n'));
    case 'cookies': return response.setHeader('Set-Cookie', ['a=1', 'b=2']), response.end('two\n');
    case 'hints':
        response.writeProcessing();
        return response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.end('hello'));
    case 'cut': return response.writeHead(200, { 'Content-Length': 10 }), response.write('half.', () => response.destroy());
    case 'reset': return request.socket.resetAndDestroy();
    case 'refused': return response.writeHead(413, { Connection: 'close' }), response.end('too much\n');
    case 'endless': {
        const more = () => { while (!response.destroyed && response.write(pattern(65536))); };
        return response.on('drain', more), more();
    }
    case 'echo':
        response.writeHead(200, { Trailer: 'X-Bytes' });
        request.pipe(response, { end: false });
        return request.on('end', () => {
            response.addTrailers({ 'X-Bytes': String(request.trailers['x-sum'] || 'none') });
            response.end();
        });
    default: return response.end('hello');
    }
});
server.on('connection', (socket) => {
    socket.number = ++connections;
    console.log(`connection ${socket.number}`);
    socket.on('close', () => console.log(`disconnected ${socket.number}`));
});
server.on('clientError', (error) => console.log(`clientError ${error.code}`));
const echo = (socket, head, status) => { socket.write(status + '\r\n\r\n'); socket.write(head); socket.pipe(socket); };
server.on('upgrade', (request, socket, head) => {
    echo(socket, head, 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo');
});
server.on('connect', (request, socket, head) => {
    console.log(`tunnel ${request.url}`);
    if (request.url.startsWith('refused')) return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n');
    echo(socket, head, 'HTTP/1.1 200 OK');
});
server.on('checkContinue', (request, response) => {
    if (request.url === '/refused') return response.writeHead(417), response.end('not that\n');
    response.writeContinue();
    server.emit('request', request, response);
});
server.keepAliveTimeout = +(process.argv[2] || 5000);
server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));

/** Socket.IO with its PostgreSQL adapter: reports go to the room of those who watch, and by NOTIFY to other servers. */
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/postgres-adapter';
import pg from 'pg';
import { Server } from 'socket.io';
import { answer } from '../stage/answer.ts';

answer({
  async listen({ databaseUrl }) {
    const pool = new pg.Pool({ connectionString: databaseUrl });
    const http = createServer();
    const io = new Server(http, { adapter: createAdapter(pool), transports: ['websocket'], perMessageDeflate: false });
    io.on('connection', (socket) => {
      socket.on('watch', () => socket.join('fleet'));
      socket.on('report', (report, acknowledge) => {
        io.to('fleet').emit('values', report);
        acknowledge();
      });
    });
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${http.address().port}`;
  },
});

/** Socket.IO with its PostgreSQL adapter: reports go to the room of those who watch, and by NOTIFY to other servers. */
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/postgres-adapter';
import pg from 'pg';
import { Server } from 'socket.io';
import { listening } from '../servers/sockets.ts';
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
    return listening(http);
  },
});

// The peer: a plain socket.io 4 server that relays what our server relays, the way its documentation shows it.
// Nobody signs in here and nobody asks the customer: what our server does beyond this counts against ours.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { pingInterval: 10000, pingTimeout: 8000, maxHttpBufferSize: 8 * 1024 * 1024 });

io.on("connection", (socket) => {
  socket.on("join-session", ({ sessionId, role }, done) => {
    socket.join(`${role}-${sessionId}`);
    socket.data.sessionId = sessionId;
    done?.({ ok: true });
  });
  socket.on("remote-mouse", (data) => {
    data.from = socket.id;
    io.to(`helper-${socket.data.sessionId}`).emit("remote-mouse", data);
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));

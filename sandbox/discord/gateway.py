"""The websocket that tells the bot what happens: Discord documentation, page "Gateway"."""

import asyncio
import json
import secrets
import select
from dataclasses import dataclass, field
from enum import IntEnum

from aiohttp import WSMsgType, web

from sandbox.discord import payloads
from sandbox.discord.errors import Json
from sandbox.discord.framing import Encoder, encoder_for
from sandbox.discord.model import Channel, Guild
from sandbox.discord.sessions import PRIVILEGED, Intent, Session
from sandbox.discord.world import World


class Op(IntEnum):
    """Gateway opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


CLOSE_REASONS = {
    4001: "Unknown opcode",
    4002: "Decode error",
    4003: "Not authenticated",
    4004: "Authentication failed",
    4005: "Already authenticated",
    4010: "Invalid shard",
    4011: "Sharding required",
    4012: "Invalid API version",
    4013: "Invalid intents",
    4014: "Disallowed intents",
}


@dataclass(slots=True, eq=False)
class Connection:
    """One open websocket."""

    socket: web.WebSocketResponse
    request: web.Request
    encode: Encoder
    outgoing: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    session: Session | None = None
    dropped: bool = False

    @property
    def alive(self) -> bool:
        """Whether the peer is still there, even when its end was not read yet (a killed process)."""
        transport = self.request.transport
        if self.socket.closed or transport is None or transport.is_closing():
            return False
        poll = select.poll()
        poll.register(transport.get_extra_info("socket").fileno(), getattr(select, "POLLRDHUP", 0))
        return not poll.poll(0)

    def send(self, op: Op, data: object = None) -> None:
        """Queue a frame that is not a dispatch."""
        self.outgoing.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def write(self) -> None:
        """Send what is queued, for as long as the connection processes."""
        while True:
            frame = self.encode(await self.outgoing.get())
            if isinstance(frame, bytes):
                await self.socket.send_bytes(frame)
            else:
                await self.socket.send_str(frame)


class _CloseError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gateway:
    """All connections of the bot, and its sessions."""

    def __init__(self, world: World) -> None:
        self.identified = 0
        self.identified_too_soon = 0
        self.refusals = 0
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._connections: list[Connection] = []
        self._closed_for_good: int | None = None
        world.subscribe(self.dispatch)

    @property
    def live(self) -> list[Connection]:
        """The connections that have a session and a peer."""
        return [entry for entry in self._connections if entry.session is not None and entry.alive]

    @property
    def shards(self) -> dict[int, int]:
        """How many shards each live session counts, by its shard."""
        return {entry.session.shard[0]: entry.session.shard[1] for entry in self.live if entry.session}

    @property
    def complete(self) -> bool:
        """Whether every shard of the bot is live."""
        return any(set(range(count)) <= self.shards.keys() for count in self.shards.values())

    @property
    def open(self) -> int:
        """How many websockets are open, with a session or without."""
        return len(self._connections)

    def dispatch(self, event: str, data: Json, place: Channel | Guild | None) -> None:
        """Send an event to every session that asks for it, or keep it for the session's RESUME."""
        for session in self._sessions.values():
            if session.wants(event, place):
                self._dispatch_to(session, event, data)

    def forget_sessions(self) -> None:
        """Answer every RESUME of a session so far with INVALID_SESSION."""
        attached = {entry.session.id for entry in self._connections if entry.session}
        for session_id in self._sessions.keys() - attached:
            del self._sessions[session_id]

    async def drop(self, code: int | None = None, *, shard: int | None = None) -> None:
        """Close every connection, or that of one shard, with a code, or cut it without a word.

        Who was closed for good is so again, however often it comes: the code itself can be lost on the way.
        """
        self._closed_for_good = code if code in CLOSE_REASONS else None
        for connection in list(self._connections):
            if shard is not None and (connection.session is None or connection.session.shard[0] != shard):
                continue
            connection.dropped = True
            if code is None and connection.request.transport is not None:
                connection.request.transport.abort()
            else:
                await connection.socket.close(code=code or 4000)

    async def require_shards(self, count: int) -> None:
        """Want at least so many shards from now on: who has fewer is closed with 4011, and GET /gateway/bot says so."""
        self._world.limits.shards = self._world.limits.least_shards = count
        for connection in list(self._connections):
            if connection.session is not None and connection.session.shard[1] < count:
                del self._sessions[connection.session.id]
                await connection.socket.close(code=4011, message=CLOSE_REASONS[4011].encode())

    def ask_to_reconnect(self) -> None:
        """Send RECONNECT, as Discord does before a gateway goes down."""
        for connection in self._connections:
            connection.send(Op.RECONNECT)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it ends."""
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503, text="Service Unavailable")
        socket = web.WebSocketResponse(max_msg_size=4096, autoping=True)
        await socket.prepare(request)
        connection = Connection(socket, request, encoder_for(request.query.get("compress")))
        self._connections.append(connection)
        try:
            await self._serve(connection)
        except _CloseError as close:
            if close.code != self._closed_for_good:
                self._world.violations.add("gateway", close.code, CLOSE_REASONS[close.code], avoidable=True)
            await socket.close(code=close.code, message=CLOSE_REASONS[close.code].encode())
        finally:
            self._connections.remove(connection)
            # A client that closes with 1000 or 1001 gives its session up; one that was closed may still resume.
            if connection.session is not None and not connection.dropped and socket.close_code in (1000, 1001):
                self._sessions.pop(connection.session.id, None)
            self._world.changed()
        return socket

    async def _serve(self, connection: Connection) -> None:
        query = connection.request.query
        if query.get("v") != "10" or query.get("encoding", "json") != "json":
            raise _CloseError(4012)
        interval = int(self._world.limits.heartbeat.total_seconds() * 1000)
        connection.send(Op.HELLO, {"heartbeat_interval": interval})
        writer = asyncio.create_task(connection.write())
        try:
            async for frame in connection.socket:
                if frame.type is WSMsgType.TEXT:
                    self._receive(connection, frame.data)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    def _receive(self, connection: Connection, raw: str) -> None:
        try:
            frame = json.loads(raw)
            op, data = frame["op"], frame.get("d")
        except (ValueError, TypeError, KeyError):
            raise _CloseError(4002) from None
        if op in (Op.IDENTIFY, Op.RESUME) and self._closed_for_good is not None:
            raise _CloseError(self._closed_for_good)
        if op == Op.HEARTBEAT:
            connection.send(Op.HEARTBEAT_ACK)
        elif op == Op.IDENTIFY:
            self._identify(connection, data)
        elif op == Op.RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            raise _CloseError(4003)
        elif op == Op.MEMBERS:
            self._members(connection.session, data)
        elif op not in (Op.PRESENCE, Op.VOICE):
            raise _CloseError(4001)

    def _identify(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise _CloseError(4005)
        if data.get("token") != self._world.token:
            raise _CloseError(4004)
        if not isinstance(data.get("intents"), int) or not data.get("properties"):
            raise _CloseError(4013)
        intents = Intent(data["intents"])
        if intents & PRIVILEGED:
            raise _CloseError(4014)
        shard, count = data.get("shard") or (0, 1)
        if not 0 <= shard < count:
            raise _CloseError(4010)
        if count < self._world.limits.least_shards:
            raise _CloseError(4011)
        if not self._world.session_starts.remaining:
            self._world.reset_token()
            raise _CloseError(4004)
        self._world.changed()
        if not self._world.session_starts.take(shard):
            self.identified_too_soon += 1
            connection.send(Op.INVALID_SESSION, data=False)
            return
        session = Session(secrets.token_hex(16), intents, (shard, count))
        self._sessions[session.id] = session
        connection.session = session
        self.identified += 1
        self._greet(session)
        self._world.changed()

    def _greet(self, session: Session) -> None:
        world = self._world
        mine = [g for g in world.guilds.values() if world.bot.id in g.members and session.wants("GUILD_CREATE", g)]
        ready: Json = {
            "v": 10,
            "user": payloads.user(world.bot) | {"verified": True, "mfa_enabled": True, "email": None, "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": world.gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(world.bot.id), "flags": 0},
        }
        self._dispatch_to(session, "READY", ready)
        for guild in mine:
            self._dispatch_to(session, "GUILD_CREATE", payloads.guild(world, guild))

    def _resume(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            raise _CloseError(4005)
        session = self._sessions.get(str(data.get("session_id")))
        if session is None or data.get("token") != self._world.token:
            connection.send(Op.INVALID_SESSION, data=False)
            return
        for frame in session.sent[int(data.get("seq") or 0) :]:
            connection.outgoing.put_nowait(frame)
        connection.session = session
        self._dispatch_to(session, "RESUMED", {})
        self._world.changed()

    def _members(self, session: Session, data: Json) -> None:
        guild = self._world.guild(int(data["guild_id"]))
        wanted = data.get("user_ids") or []
        wanted = {int(entry) for entry in ([wanted] if isinstance(wanted, str | int) else wanted)}
        found = [payloads.member(entry) for key, entry in guild.members.items() if key in wanted]
        chunk = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1, "not_found": []}
        self._dispatch_to(session, "GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})

    def _dispatch_to(self, session: Session, event: str, data: Json) -> None:
        frame = json.dumps({"op": Op.DISPATCH, "d": data, "s": len(session.sent) + 1, "t": event})
        session.sent.append(frame)
        for connection in self._connections:
            if connection.session is session:
                connection.outgoing.put_nowait(frame)

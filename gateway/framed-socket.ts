import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';

/** The longest header of a frame of ours: RFC 6455 section 5.2, unmasked, as a server sends it. */
export const MAX_FRAME_HEADER_BYTES = 10;

const Opcode = { text: 1, binary: 2 } as const;
type Opcode = (typeof Opcode)[keyof typeof Opcode];

const FIN = 0x80;
/** Up to here a length stands in the second byte; these values of it say that 2 or 8 bytes follow. */
const MAX_SHORT_LENGTH = 125;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;

/**
 * The part of `ws` that its types do not show: the socket under a WebSocket, null before and after the connection. Its handle,
 * missing on some streams, says how much of a write the kernel has not taken.
 */
interface WithSocket {
  _socket: (Writable & { _handle?: { writeQueueSize?: number } | null }) | null;
}

/**
 * A WebSocket that sends frames as they are. Sending a message by `ws` costs some objects and two writes, which is most
 * of what small messages cost: here the frame is one piece of memory, made once for all who get the same, or around a
 * message that left room for it. For sockets without compression; `send` may be used beside it.
 */
export class FramedSocket extends WebSocket {
  /**
   * `frame` is one whole frame, unchanged from then on; `onWritten` is called when it has left. Once the socket closes nothing
   * is sent, and `onWritten` may not be called.
   */
  sendFrame(frame: Buffer, onWritten?: () => void): void {
    if (this.readyState !== WebSocket.OPEN) return;
    under(this)?.write(frame, onWritten);
  }

  /** Of a write that has begun, what the kernel has not taken; `bufferedAmount` counts such a write until all of it has left. */
  get writeQueueBytes(): number {
    return under(this)?._handle?.writeQueueSize ?? 0;
  }
}

function under(socket: FramedSocket): WithSocket['_socket'] {
  return (socket as unknown as WithSocket)._socket;
}

/** One text message as a frame. */
export function textFrame(text: string): Buffer {
  const payloadBytes = Buffer.byteLength(text);
  const headerBytes = headerBytesOf(payloadBytes);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  writeHeader(frame, Opcode.text, payloadBytes);
  frame.write(text, headerBytes);
  return frame;
}

/** A binary message as a frame, in place: the {@link MAX_FRAME_HEADER_BYTES} in front of it are free to be written to. */
export function binaryFrameAround(message: Uint8Array): Buffer {
  const { buffer, byteOffset, length } = message;
  const headerBytes = headerBytesOf(length);
  const frame = Buffer.from(buffer as ArrayBuffer, byteOffset - headerBytes, headerBytes + length);
  writeHeader(frame, Opcode.binary, length);
  return frame;
}

/** What a frame carries. */
export function payloadBytesOf(frame: Buffer): number {
  const second = frame[1] ?? 0;
  if (second <= MAX_SHORT_LENGTH) return second;
  return second === LENGTH_IN_2_BYTES ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
}

function headerBytesOf(payloadBytes: number): number {
  if (payloadBytes <= MAX_SHORT_LENGTH) return 2;
  return payloadBytes <= 0xffff ? 4 : MAX_FRAME_HEADER_BYTES;
}

function writeHeader(frame: Buffer, opcode: Opcode, payloadBytes: number): void {
  frame[0] = FIN | opcode;
  if (payloadBytes <= MAX_SHORT_LENGTH) frame[1] = payloadBytes;
  else if (payloadBytes <= 0xffff) {
    frame[1] = LENGTH_IN_2_BYTES;
    frame[2] = payloadBytes >>> 8;
    frame[3] = payloadBytes & 0xff;
  } else {
    frame[1] = LENGTH_IN_8_BYTES;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
}

import { payloadBytesOf } from '../../gateway/framed-socket.ts';

/** What a frame of the gateway carries: a view of it. */
export function payloadOf(frame: Buffer): Buffer {
  return frame.subarray(frame.length - payloadBytesOf(frame));
}

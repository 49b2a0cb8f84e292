/**
 * How a service is described: one table of methods, from which the shapes of the server's handlers and of the client
 * are derived. Knows nothing of any particular service or of how messages are generated.
 */

import { DrpcError } from './error.ts';

/** Turns messages into bytes and back; protobufjs' static classes have this shape. */
export interface MessageCodec<Encodable, Decoded> {
  encode(message: Encodable): { finish(): Uint8Array };
  /** Throws on bytes that are not such a message. */
  decode(bytes: Uint8Array): Decoded;
}

/** One request and one reply; one request and many replies; many of both, in any order. */
export type MethodKind = 'unary' | 'serverStream' | 'bidi';

/** What every codec is assignable to. */
export type AnyCodec = MessageCodec<never, unknown>;

export interface MethodDescriptor<
  Kind extends MethodKind = MethodKind,
  Request extends AnyCodec = AnyCodec,
  Reply extends AnyCodec = AnyCodec,
> {
  readonly kind: Kind;
  readonly request: Request;
  readonly reply: Reply;
}

export interface ServiceDescriptor<
  Methods extends Record<string, MethodDescriptor> = Record<string, MethodDescriptor>,
> {
  /** Full protobuf name, such as `coder.agent.v2.Agent`. */
  readonly name: string;
  readonly methods: Methods;
}

export type EncodableOf<Codec> = Codec extends { encode(message: infer Encodable): unknown } ? Encodable : never;
export type DecodedOf<Codec> = Codec extends { decode(bytes: Uint8Array): infer Decoded } ? Decoded : never;

/** The name by which a method is invoked, such as `/coder.agent.v2.Agent/GetManifest`. */
export function rpcName(service: ServiceDescriptor, method: string): string {
  return `/${service.name}/${method}`;
}

export function unary<Request extends AnyCodec, Reply extends AnyCodec>(request: Request, reply: Reply) {
  return { kind: 'unary', request, reply } as const satisfies MethodDescriptor;
}

export function serverStream<Request extends AnyCodec, Reply extends AnyCodec>(request: Request, reply: Reply) {
  return { kind: 'serverStream', request, reply } as const satisfies MethodDescriptor;
}

export function bidi<Request extends AnyCodec, Reply extends AnyCodec>(request: Request, reply: Reply) {
  return { kind: 'bidi', request, reply } as const satisfies MethodDescriptor;
}

/** Throws a `malformed_message` error. */
export function decodeMessage(codec: AnyCodec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new DrpcError('malformed_message', 'protocol error: malformed message', { cause });
  }
}

/** Takes any message; what a method's codec really takes is known only to the types derived from its service. */
export function encodeMessage(codec: AnyCodec, message: unknown): Uint8Array {
  return codec.encode(message as never).finish();
}

import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { rpcName, type ServiceDescriptor } from '../../../protocol/drpc/service.ts';
import { agentService, coder, google, tailnetService } from '../../../protocol/messages/services.ts';

const messages = fileURLToPath(new URL('../../../protocol/messages/', import.meta.url));
const root = new protobuf.Root();
root.resolvePath = (_origin, target) =>
  protobuf.util.path.resolve(target.startsWith('google/') ? 'google/' : messages, target.replace('google/', ''));
const proto = protobuf.loadSync(['agent.proto', 'tailnet.proto'].map((name) => messages + name));
proto.resolveAll();

function kindOf(method: protobuf.Method) {
  if (method.requestStream) return 'bidi';
  return method.responseStream ? 'serverStream' : 'unary';
}

/** The generated class that stands for a message of the .proto files. */
function generated(type: protobuf.ReflectionObject | null): unknown {
  let found: unknown = { coder, google };
  for (const part of type?.fullName.slice(1).split('.') ?? []) found = Reflect.get(Object(found), part);
  return found;
}

describe.each([agentService, tailnetService] as ServiceDescriptor[])('$name', (service) => {
  const declared = proto.lookupService(service.name).methods;

  it('lists exactly the methods of the .proto file', () => {
    expect(Object.keys(service.methods)).toEqual(Object.keys(declared));
  });

  it.each(Object.keys(service.methods))('%s has the messages and the kind of the .proto file', (name) => {
    const method = declared[name];
    const row = service.methods[name];
    if (!method || !row) throw new Error(`${name} is missing`);
    expect(row.kind).toBe(kindOf(method));
    expect(row.request).toBe(generated(method.resolvedRequestType));
    expect(row.reply).toBe(generated(method.resolvedResponseType));
  });
});

describe('rpcName', () => {
  it('is what a peer invokes', () => {
    expect(rpcName(agentService, 'GetManifest')).toBe('/coder.agent.v2.Agent/GetManifest');
  });
});

describe('generated messages', () => {
  it('gives 64-bit fields and map keys as numbers', () => {
    const { DERPMap } = coder.tailnet.v2;
    const map = {
      homeParams: { regionScore: { 7: 0.5 } },
      regions: { 999: { regionId: 999, nodes: [{ regionId: 2 ** 40 }] } },
    };
    const decoded = DERPMap.decode(DERPMap.encode(map).finish());
    expect(decoded).toMatchObject(map);
    expect(decoded.regions[999]?.regionId).toBe(999);
    expect(coder.agent.v2.WorkspaceAgentMetadata.Result.decode(new Uint8Array(0)).age).toBe(0);
    const { Stats } = coder.agent.v2;
    expect(Stats.decode(Stats.encode({ sessionCounts: { ssh: -3 }, rxBytes: 2 ** 52 }).finish())).toMatchObject({
      sessionCounts: { ssh: -3 },
      rxBytes: 2 ** 52,
    });
  });

  it('tells an absent optional field from an empty one', () => {
    const { Manifest } = coder.agent.v2;
    const absent = Manifest.decode(new Uint8Array(0));
    const empty = Manifest.decode(Manifest.encode({ parentId: new Uint8Array(0) }).finish());
    expect(Object.hasOwn(absent, 'parentId')).toBe(false);
    expect(Object.hasOwn(empty, 'parentId')).toBe(true);
  });

  it.each([
    ['at the end', [0x61, 0xff], 'a\ufffd'],
    ['a surrogate', [0xed, 0xa0, 0x80, 0x61], '\ufffd\ufffd\ufffda'],
    ['cut in a character', [0x61, 0xe2, 0x82], 'a\ufffd'],
    ['an overlong NUL', [0xc0, 0x80], '\ufffd\ufffd'],
  ])('reads text that is not UTF-8 (%s) instead of failing the call', (_, bytes, expected) => {
    const { Startup } = coder.agent.v2;
    const message = Uint8Array.of(0x0a, bytes.length, ...bytes, 0x12, 0x01, 0x78);
    for (const request of [message, Buffer.from(message)]) {
      expect(Startup.decode(request)).toMatchObject({ version: expected, expandedDirectory: 'x' });
    }
  });

  it('skips fields it does not know', () => {
    const { GetManifestRequest } = coder.agent.v2;
    expect(Object.keys(GetManifestRequest.decode(Uint8Array.of(0x0a, 0x01, 0x78)))).toEqual([]);
  });
});

it.each([
  ['at', 400_000, true],
  ['above', 400_001, false],
])('a message with as many fields as are read, %s the limit', (_name, fields, reads) => {
  const bytes = new Uint8Array(2 * fields);
  // Empty log lines.
  for (let at = 0; at < bytes.length; at += 2) bytes[at] = 0x12;
  const decode = () => coder.agent.v2.BatchCreateLogsRequest.decode(bytes).logs.length;
  if (reads) expect(decode()).toBe(fields);
  else expect(decode).toThrow('more than 400000 fields');
});

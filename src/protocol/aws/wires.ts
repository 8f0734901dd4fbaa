import type { Resolution } from './resolve.ts'
import type { Wire } from './wire.ts'

export type WireName = Resolution['protocol']

/** Each wire with its codecs, loaded when the first request speaks it: a server that waits needs none. */
const loaders: Readonly<Record<WireName, () => Promise<Wire>>> = {
  awsJson1_0: async () => (await import('./json-rpc/wire.ts')).awsJsonWire('1.0'),
  awsJson1_1: async () => (await import('./json-rpc/wire.ts')).awsJsonWire('1.1'),
  awsJsonCbor: async () => (await import('./cbor/aws-json-cbor.ts')).awsJsonCborWire,
  rpcV2Cbor: async () => (await import('./cbor/rpc-v2.ts')).rpcV2CborWire,
  awsQuery: async () => (await import('./query/wire.ts')).awsQueryWire,
  restXml: async () => (await import('./rest-xml/wire.ts')).restXmlWire,
  restJson1: async () => (await import('./rest-json/wire.ts')).restJsonWire,
}

const loaded = new Map<WireName, Wire>()

export async function wireOf(name: WireName): Promise<Wire> {
  const known = loaded.get(name)
  if (known) return known
  const wire = await loaders[name]()
  loaded.set(name, wire)
  return wire
}

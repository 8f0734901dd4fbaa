import {
  AwsJson1_0Protocol,
  AwsJson1_1Protocol,
  AwsQueryProtocol,
  AwsRestJsonProtocol,
  AwsSmithyRpcV2CborProtocol,
} from '@aws-sdk/core/protocols'
import type { AwsProtocol } from '#protocol/aws'
import type { ClientProtocol, ClientUnderTest } from './clients.ts'

export interface ProtocolUnderTest {
  readonly name: AwsProtocol
  readonly client: ClientProtocol
  /** What the service is declared to speak. */
  readonly declared: AwsProtocol
}

/**
 * The SDK's own protocol for a client, and those that other SDK versions choose for the same service: the RPC protocols for
 * services of RPC; restJson1, which no client of ours speaks yet, over the schemas of S3.
 */
export function protocolsOf({ config }: ClientUnderTest): ProtocolUnderTest[] {
  const own = nameOf(config.protocol)
  const settings = config.protocolSettings as never
  const under = (name: AwsProtocol, client: unknown, declared = own): ProtocolUnderTest => ({
    name,
    client: client as ClientProtocol,
    declared,
  })
  if (own === 'restXml') {
    return [
      under('restXml', config.protocol),
      under('restJson1', new AwsRestJsonProtocol(settings), 'restJson1'),
    ]
  }
  const all = [
    under('awsJson1_0', new AwsJson1_0Protocol(settings)),
    under('awsJson1_1', new AwsJson1_1Protocol(settings)),
    under('rpcV2Cbor', new AwsSmithyRpcV2CborProtocol(settings)),
  ]
  return own === 'awsQuery' ? [under('awsQuery', new AwsQueryProtocol(settings)), ...all] : all
}

function nameOf(protocol: ClientProtocol): AwsProtocol {
  return protocol.getShapeId().split('#')[1] as AwsProtocol
}

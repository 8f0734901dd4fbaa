import type { AwsProtocol } from '#protocol/aws'

export interface Exception {
  readonly protocols: readonly AwsProtocol[]
  /** `filled` is for a member that appears though nobody gave it. */
  readonly direction: 'input' | 'output' | 'error' | 'filled'
  /** An operation, an error, or `Shape.member`. */
  readonly what: string
  readonly reason: string
}

/** What is known to differ, each with its reason. Nothing else may. */
export const exceptions: readonly Exception[] = [
  ...(['input', 'output'] as const).map((direction): Exception => ({
    protocols: ['restXml', 'restJson1'],
    direction,
    what: 'WriteGetObjectResponse',
    reason: 'a call to S3 Object Lambda, which has hosts of its own; it is refused',
  })),
  {
    protocols: ['restXml', 'restJson1'],
    direction: 'filled',
    what: 'PutObjectRequest.ContentType',
    reason: 'the SDK sends application/octet-stream when none is given',
  },
  {
    protocols: ['restXml', 'restJson1'],
    direction: 'filled',
    what: 'GetObjectOutput.ContentType',
    reason: 'a payload of bytes is application/octet-stream when the operation does not say',
  },
  {
    protocols: ['awsJson1_0', 'awsJson1_1', 'rpcV2Cbor', 'awsQuery'],
    direction: 'error',
    what: 'DashboardNotFoundError',
    reason:
      'CloudWatch has two errors with the code ResourceNotFound, which the SDK takes for the other one',
  },
]

export function exceptionOf(
  protocol: AwsProtocol,
  direction: Exception['direction'],
  what: string,
): Exception | undefined {
  return exceptions.find(
    (entry) =>
      entry.what === what && entry.direction === direction && entry.protocols.includes(protocol),
  )
}

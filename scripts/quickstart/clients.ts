import { AthenaClient } from '@aws-sdk/client-athena'
import { FirehoseClient } from '@aws-sdk/client-firehose'
import { GlueClient } from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import { KinesisClient } from '@aws-sdk/client-kinesis'
import { S3Client } from '@aws-sdk/client-s3'
import type { QuickstartServer } from './server.ts'

export interface Clients extends Disposable {
  readonly athena: AthenaClient
  readonly firehose: FirehoseClient
  readonly glue: GlueClient
  readonly iam: IAMClient
  readonly kinesis: KinesisClient
  readonly s3: S3Client
}

/** The AWS SDK's own clients, pointed at the server. */
export function connect(server: QuickstartServer): Clients {
  const config = {
    endpoint: server.endpoint,
    region: server.region,
    credentials: {
      accessKeyId: server.accessKeyId,
      secretAccessKey: server.secretAccessKey,
    },
  }
  const clients = {
    athena: new AthenaClient(config),
    firehose: new FirehoseClient(config),
    glue: new GlueClient(config),
    iam: new IAMClient(config),
    kinesis: new KinesisClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
  }
  return {
    ...clients,
    [Symbol.dispose]: () => Object.values(clients).forEach((client) => client.destroy()),
  }
}

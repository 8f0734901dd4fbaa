import { connect, toLakeError, type S3Place, type Upstream } from './upstream.ts'

/** The text of a small object under the place's prefix; undefined when it is not there. Errors: `UpstreamFailed`. */
export function readUpstreamMark(place: S3Place, name: string): Promise<string | undefined> {
  return connected(place, async ({ client, sdk }) => {
    try {
      const found = await client.send(
        new sdk.GetObjectCommand({ Bucket: place.bucket, Key: place.prefix + name }),
      )
      return (await found.Body?.transformToString())?.trim()
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined
      throw error
    }
  })
}

export function writeUpstreamMark(place: S3Place, name: string, text: string): Promise<void> {
  return connected(place, async ({ client, sdk }) => {
    const object = { Bucket: place.bucket, Key: place.prefix + name, Body: `${text}\n` }
    await client.send(new sdk.PutObjectCommand(object))
  })
}

export function removeUpstreamMark(place: S3Place, name: string): Promise<void> {
  return connected(place, async ({ client, sdk }) => {
    const object = { Bucket: place.bucket, Key: place.prefix + name }
    await client.send(new sdk.DeleteObjectCommand(object))
  })
}

async function connected<R>(place: S3Place, work: (upstream: Upstream) => Promise<R>): Promise<R> {
  const upstream = await connect(place)
  try {
    return await work(upstream)
  } catch (error) {
    throw toLakeError(error)
  } finally {
    upstream.client.destroy()
  }
}

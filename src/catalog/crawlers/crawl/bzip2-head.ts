import { askOfFiles, type FileReader } from './local-files.ts'
import type { Sample } from './sample.ts'
import type { FileInfo } from './tree.ts'

const headBytes = 256 * 1024

/** The head of a file packed with bzip2, unpacked by the engine: it takes too long for the server's own thread. */
export async function unpackBzip2Head(
  reader: FileReader,
  file: FileInfo,
  sample: Sample,
): Promise<Sample> {
  const answers = await askOfFiles(reader, [file], ([name]) => ({
    prepare: [
      {
        kind: 'unpack',
        input: name!,
        output: 'head',
        codec: 'bzip2',
        bytesMax: headBytes,
      },
    ],
    statements: [`SELECT '${name}', content FROM read_blob('{in}/head')`],
  }))
  const answer = answers.get(file.key)
  if (answer instanceof Error) throw answer
  const bytes = Buffer.from(String(answer?.[0] ?? ''), 'hex')
  return { ...sample, bytes, complete: bytes.length < headBytes }
}

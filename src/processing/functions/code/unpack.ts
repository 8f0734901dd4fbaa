import { createWriteStream } from 'node:fs'
import { chmod, mkdir, symlink, unlink } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Entry, ZipFile } from 'yauzl'
import { collect } from '#kit'
import { FunctionErrors } from '../errors.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const unpackedBytesMax = 262_144_000
const entriesMax = 200_000
const linkBytesMax = 4096

const fileTypes = 0o170000
const linkType = 0o120000

/**
 * Reads the directory of a zip and checks it: names, number and sizes of what it holds. What it says of sizes is checked again as
 * it is unpacked. Error: `InvalidFunctionParameter`. Resolves to the size of all files, bytes.
 */
export async function checkZip(zip: Buffer): Promise<number> {
  return walk(zip, async () => {})
}

/**
 * Unpacks a zip into an existing folder. Nothing lands outside: names are checked, and links, which must point inside, are
 * made last, so that nothing is written through them. Files can be read by everybody and written by nobody.
 */
export async function unpackZip(
  zip: Buffer,
  folder: string,
  /** What is there already, from another zip, is replaced. */
  options: { readonly replaces?: boolean } = {},
): Promise<void> {
  const links: { readonly path: string; readonly target: string }[] = []
  await walk(zip, async (file, entry) => {
    const mode = entry.externalFileAttributes >>> 16
    const path = join(folder, entry.fileName)
    if (entry.fileName.endsWith('/')) {
      await mkdir(path, { recursive: true, mode: 0o755 })
      return
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o755 })
    if (options.replaces) await unlink(path).catch(unlessAbsent)
    const content = await file.openReadStreamPromise(entry)
    if ((mode & fileTypes) === linkType) {
      const target = (await collect(content, linkBytesMax)).toString()
      const end = normalize(join(dirname(entry.fileName), target))
      if (target.startsWith('/') || end === '..' || end.startsWith('../')) {
        throw invalid(`The link ${entry.fileName} points outside of the deployment package`)
      }
      links.push({ path, target })
      return
    }
    await pipeline(content, createWriteStream(path, { mode: 0o644 }))
    await chmod(path, (mode & 0o111) === 0 ? 0o444 : 0o555)
  })
  for (const { path, target } of links) {
    await symlink(target, path)
  }
}

async function walk(
  zip: Buffer,
  visit: (file: ZipFile, entry: Entry) => Promise<void>,
): Promise<number> {
  const { fromBufferPromise } = await import('yauzl')
  let bytes = 0
  try {
    // Names that are absolute, climb or hold a backslash are refused by the reader itself.
    const file = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true })
    if (file.entryCount > entriesMax) throw invalid(`more than ${entriesMax} entries`)
    for await (const entry of file.eachEntry()) {
      bytes += entry.uncompressedSize
      if (bytes > unpackedBytesMax) {
        throw invalid(`Unzipped size must be smaller than ${unpackedBytesMax} bytes`)
      }
      if (entry.isEncrypted()) throw invalid('Encrypted zip files are not supported')
      await visit(file, entry)
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'LakeError') throw error
    if (isSystemError(error)) throw error
    throw FunctionErrors.InvalidFunctionParameter(
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
      {},
      error,
    )
  }
  return bytes
}

function isSystemError(error: unknown): boolean {
  const { syscall, code } = error as NodeJS.ErrnoException
  return syscall !== undefined && code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'EISDIR'
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function invalid(message: string) {
  return FunctionErrors.InvalidFunctionParameter(message)
}

import { posix } from 'node:path'

/** A rule of documents returns what breaks it: `docs/a.md: what`. */
type Texts = ReadonlyMap<string, string>

const codeBlocks = /^```[^]*?^```/gm

/** Links within the repository whose file, or whose heading in it, is not there. */
export function deadLinks(texts: Texts): string[] {
  const folders = new Set([...texts.keys()].flatMap(foldersOf))
  return documentsOf(texts).flatMap(([path, text]) =>
    [...text.replaceAll(codeBlocks, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
      if (/^[a-z]+:/.test(target!)) return []
      const [file = '', heading] = target!.split('#')
      const to = file === '' ? path : posix.join(posix.dirname(path), file).replace(/\/$/, '')
      const found = texts.get(to)
      if (found === undefined && !folders.has(to)) return [`${path}: there is no ${target}`]
      const isThere = heading === undefined || headingsOf(found ?? '').has(heading)
      return isThere ? [] : [`${path}: ${to} has no heading #${heading}`]
    }),
  )
}

/** Files and folders in back-ticks, by their path or the end of it, that are not there. */
export function missingFiles(texts: Texts): string[] {
  const files = [...texts.keys()]
  const known = new Set(files.flatMap((file) => [file, ...foldersOf(file)]).flatMap(endsOf))
  const isMeant = (name: string) =>
    /^(?:src|test|bench|docs|scripts|examples|bin)\//.test(name) || /\w\/.*\.(?:ts|py)$/.test(name)
  return documentsOf(texts).flatMap(([path, text]) =>
    [...text.replaceAll(codeBlocks, '').matchAll(/`([\w./-]+)`/g)]
      .map(([, name]) => name!.replace(/\/$/, ''))
      .filter((name) => isMeant(name) && !known.has(name))
      .map((name) => `${path}: there is no ${name}`),
  )
}

/** Scripts of npm, and words that choose tests, that are not there. */
export function missingCommands(texts: Texts, scripts: ReadonlySet<string>): string[] {
  const tests = [...texts.keys()].filter((path) => path.endsWith('.test.ts'))
  return documentsOf(texts).flatMap(([path, text]) => [
    ...[...text.matchAll(/npm run ([\w:]*\w)/g)]
      .filter(([, name]) => !scripts.has(name!))
      .map(([, name]) => `${path}: there is no script ${name}`),
    ...[...text.matchAll(/npm test -- ([\w/-]+)/g)]
      .filter(([, word]) => !tests.some((test) => test.includes(word!)))
      .map(([, word]) => `${path}: no test file has ${word} in its path`),
  ])
}

function documentsOf(texts: Texts): (readonly [string, string])[] {
  return [...texts].filter(([path]) => path.endsWith('.md'))
}

/** As they are linked to: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
function headingsOf(text: string): ReadonlySet<string> {
  const lines = text.replaceAll(codeBlocks, '').matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...lines].map(([, line]) =>
      line!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

/** `a/b` and `a` of `a/b/c`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** `a/b`, `b` of `a/b`. */
function endsOf(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(index).join('/'))
}

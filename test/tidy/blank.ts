/** The text with every comment replaced by spaces; lines stay where they are. */
export function blankComments(text: string): string {
  return scan(text, (kind) => kind === 'comment')
}

/** The text with the contents of string literals replaced by spaces; template expressions stay. */
export function blankStrings(text: string): string {
  return scan(text, (kind) => kind === 'string')
}

type Kind = 'code' | 'comment' | 'string'

/** Walks through the text and blanks the kinds that are asked for. */
function scan(text: string, blank: (kind: Kind) => boolean): string {
  let out = ''
  let at = 0
  /** Depth of braces at which each open template expression ends. */
  const templates: number[] = []
  let braces = 0

  const emit = (kind: Kind, end: number) => {
    const piece = text.slice(at, end)
    out += blank(kind) ? piece.replaceAll(/[^\n]/g, ' ') : piece
    at = end
  }

  /** From inside a template to its end, or to the next `${`. */
  const template = () => {
    let end = at
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end)) {
      end += text[end] === '\\' ? 2 : 1
    }
    emit('string', Math.min(end, text.length))
    if (text[at] === '`') emit('code', at + 1)
    else if (at < text.length) {
      emit('code', at + 2)
      templates.push(braces)
    }
  }

  while (at < text.length) {
    const char = text[at]!
    if (text.startsWith('//', at)) emit('comment', endOr(text, text.indexOf('\n', at)))
    else if (text.startsWith('/*', at)) emit('comment', endOr(text, text.indexOf('*/', at + 2), 2))
    else if (char === "'" || char === '"') {
      emit('code', at + 1)
      emit('string', endOfQuoted(text, at, char))
      emit('code', Math.min(at + 1, text.length))
    } else if (char === '`') {
      emit('code', at + 1)
      template()
    } else if (char === '/' && startsRegExp(out)) {
      emit('string', endOfRegExp(text, at))
    } else if (char === '}' && templates.at(-1) === braces) {
      templates.pop()
      emit('code', at + 1)
      template()
    } else {
      if (char === '{') braces += 1
      if (char === '}') braces -= 1
      emit('code', at + 1)
    }
  }
  return out
}

function endOr(text: string, index: number, extra = 0): number {
  return index === -1 ? text.length : index + extra
}

function endOfQuoted(text: string, start: number, quote: string): number {
  let end = start
  while (end < text.length && text[end] !== quote && text[end] !== '\n') {
    end += text[end] === '\\' ? 2 : 1
  }
  return Math.min(end, text.length)
}

/** A slash starts a regular expression where a value may stand, and divides elsewhere. */
function startsRegExp(before: string): boolean {
  const trimmed = before.trimEnd()
  return /(^|[(,=:[!&|?{};+\-*%~^<>]|\b(return|typeof|case|of|in|await))$/.test(trimmed)
}

function endOfRegExp(text: string, start: number): number {
  let inClass = false
  for (let end = start + 1; end < text.length && text[end] !== '\n'; end += 1) {
    const char = text[end]
    if (char === '\\') end += 1
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return end + 1
  }
  return start + 1
}

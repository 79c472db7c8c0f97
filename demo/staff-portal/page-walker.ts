/** A browser without a screen, for pages that are forms and links: cookies, redirects, buttons. Runs no script, hides nothing. */

export type WalkedPage = { url: string; status: number; headers: Headers; html: string; heading: string }
type Cookie = { value: string; path: string }
type FormPost = { fields: Record<string, string>; headers?: Record<string, string> }

const MOST_REDIRECTS = 20

function unescapeHtml(text: string): string {
  const signs: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (sign) => signs[sign] ?? sign)
}

function textOf(html: string): string {
  return unescapeHtml(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

function attributeOf(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescapeHtml(value)
}

export class PageWalker {
  /** Every address asked so far, in order. */
  readonly trail: string[] = []
  /** By host, as browsers keep them: a port is no border. */
  readonly #cookies = new Map<string, Map<string, Cookie>>()
  #page: WalkedPage | null = null

  get page(): WalkedPage {
    if (!this.#page) throw new Error('no page was opened yet')
    return this.#page
  }

  /** What this browser would send to an address. */
  cookieHeader(url: string): string {
    const { hostname, pathname } = new URL(url)
    const kept = [...(this.#cookies.get(hostname) ?? [])]
    return kept
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  }

  /** Another browser with the same cookies from now on, as whoever stole or planted them has it. */
  copy(): PageWalker {
    const other = new PageWalker()
    for (const [host, kept] of this.#cookies) other.#cookies.set(host, new Map(kept))
    other.#page = this.#page
    return other
  }

  /** Asks once, and follows nothing. */
  async ask(url: string, post?: FormPost): Promise<WalkedPage> {
    this.trail.push(url)
    const headers = { cookie: this.cookieHeader(url), ...post?.headers }
    const body = post && { method: 'POST', body: new URLSearchParams(post.fields) }
    const answer = await fetch(url, { redirect: 'manual', headers, ...body })
    this.#keepCookies(url, answer.headers.getSetCookie())
    const html = await answer.text()
    const heading = textOf(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? '')
    this.#page = { url, status: answer.status, headers: answer.headers, html, heading }
    return this.#page
  }

  /** Goes where redirects lead, and where a page says that it goes on by itself. */
  async open(url: string, post?: FormPost): Promise<WalkedPage> {
    let page = await this.ask(url, post)
    for (let count = 0; count < MOST_REDIRECTS; count++) {
      const next = page.headers.get('location') ?? /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.html)?.[1]
      if (next === undefined) return page
      page = await this.ask(new URL(next, page.url).href)
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects: ${this.trail.slice(-4).join(' → ')}`)
  }

  /** What the form with this button would send, and where. */
  formWith(words: string): { url: string; fields: Record<string, string> } {
    const { html, url } = this.page
    for (const [form] of html.matchAll(/<form[\s\S]*?<\/form>/g)) {
      const buttons = [...form.matchAll(/(<button[^>]*>)([\s\S]*?)<\/button>/g)]
      const [, button] = buttons.find(([, , inside]) => textOf(inside ?? '').includes(words)) ?? []
      if (button === undefined) continue
      const inputs = [button, ...form.matchAll(/<input[^>]*>/g)].map(String)
      const fields = inputs.flatMap((input) => {
        const name = attributeOf(input, 'name')
        return name === undefined ? [] : [[name, attributeOf(input, 'value') ?? '']]
      })
      const action = attributeOf(button, 'formaction') ?? attributeOf(form, 'action') ?? ''
      return { url: new URL(action, url).href, fields: Object.fromEntries(fields) }
    }
    throw new Error(`no form with the button "${words}" on "${this.page.heading}" at ${url}`)
  }

  /** Presses a button, as a browser does it: it says from where. */
  press(words: string): Promise<WalkedPage> {
    const { url, fields } = this.formWith(words)
    return this.open(url, {
      fields,
      headers: { origin: new URL(this.page.url).origin, 'sec-fetch-site': 'same-origin' },
    })
  }

  #keepCookies(url: string, lines: readonly string[]): void {
    const { hostname } = new URL(url)
    const kept = this.#cookies.get(hostname) ?? new Map<string, Cookie>()
    this.#cookies.set(hostname, kept)
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? []
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/'
      const isOver = attributes.some((attribute) => /^(max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(attribute))
      if (isOver) kept.delete(name)
      else kept.set(name, { value, path })
    }
  }
}

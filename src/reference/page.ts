/** Returns a page around its content, which is already HTML. */
export function pageOf(title: string, content: string): string {
  return page(title, `<main class="guide">\n${content}</main>`);
}

/** Returns the page with the interactive API reference. */
export function referencePage(): string {
  const scripts = ['swagger-ui-bundle.js', 'reference.js'].map(
    (file) => `<script src="/docs/${file}" defer></script>`,
  );
  return page('API reference', '<main id="reference"></main>', [
    '<link rel="stylesheet" href="/docs/swagger-ui.css">',
    ...scripts,
  ]);
}

function page(title: string, main: string, head: string[] = []): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · EUDR platform</title>
<link rel="icon" type="image/png" sizes="32x32" href="/docs/favicon-32x32.png">
${head.join('\n')}
<link rel="stylesheet" href="/docs/reference.css">
</head>
<body>
<header class="site">
<a class="name" href="/docs">EUDR platform</a>
<nav aria-label="Guides">
<a href="/docs">Reference</a>
<a href="/docs/quickstart">Quick start</a>
<a href="/docs/webhooks">Webhooks</a>
<a href="/docs/errors">Errors</a>
<a href="/docs/security">Security</a>
</nav>
</header>
${main}
</body>
</html>
`;
}

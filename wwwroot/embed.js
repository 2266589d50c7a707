// Shows the ask page inside another site:
//   <script src="https://your-realmweb/embed.js" data-corpus="handbook" data-height="640" async></script>
// A frame keeps the two pages' styles and scripts apart. The host's address must be in Realm:EmbedOrigins, else browsers refuse the frame.
(() => {
  const script = document.currentScript;
  const site = new URL("./", script.src);
  const frame = document.createElement("iframe");
  const corpus = script.dataset.corpus;
  frame.src = new URL(corpus ? `c/${encodeURIComponent(corpus)}` : "", site).href;
  frame.title = script.dataset.title || "Ask a question";
  frame.loading = "lazy";
  frame.style.cssText = "width:100%;border:0;border-radius:8px;";
  frame.style.height = `${Number(script.dataset.height) || 640}px`;
  script.after(frame);
})();

import { defineConfig } from "vite";

// While the page is worked on, `npm run dev` serves it and the demo's Worker answers /api.
const worker = "http://127.0.0.1:8787";

export default defineConfig({
  server: {
    // The Worker wants to be called from its own origin.
    proxy: { "/api": { target: worker, changeOrigin: true, headers: { origin: worker } } },
  },
  build: { target: "es2022" },
});

// Gives the service's element a code whenever it asks for one, and says below it when the service has ended what it showed.
const pocket = document.querySelector("cloud-pocket");
const over = document.getElementById("embed-over");

pocket.fetchEmbedCode = async ({ signal }) => {
  const answer = await fetch("/embed/code", { method: "POST", signal });
  if (!answer.ok) throw new Error(`embed code: ${answer.status}`);
  return (await answer.json()).code;
};

pocket.addEventListener("ready", () => { over.hidden = true; });
pocket.addEventListener("ended", () => { over.hidden = false; });

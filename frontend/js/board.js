// The board of deals: loaded on its page only. What is sent goes through the page's own htmx.
import "./board/answers.js";
import "./board/drag.js";
import "./board/keys.js";
import "./board/menu.js";
import "./board/phone.js";
import "./board/selection.js";

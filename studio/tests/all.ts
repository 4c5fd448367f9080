import "./notes.test";
import "./clock.test";
import "./music.test";
import "./player.test";
import "./takes.test";
import "./due.test";
import "./curves.test";
import "./scene.test";
